#include "store/database.h"

#include <sqlite3.h>

#include <cstring>

#include "text/utf8.h"

namespace clip_classify {

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement& Statement::reset() {
  sqlite3_reset(statement_.get());
  bound_ = 0;
  return *this;
}

Statement& Statement::bind_bytes(std::string_view bytes) {
  // A null pointer would bind NULL in place of no bytes.
  const char* data = bytes.data() == nullptr ? "" : bytes.data();
  const int code = sqlite3_bind_blob64(statement_.get(), ++bound_, data, bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) {
    throw database_->failure(code);
  }
  return *this;
}

Statement& Statement::bind_number(std::int64_t number) {
  const int code = sqlite3_bind_int64(statement_.get(), ++bound_, number);
  if (code != SQLITE_OK) {
    throw database_->failure(code);
  }
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code != SQLITE_DONE) {
    reset();  // the error stays the connection's
    throw database_->failure(code);
  }
  reset();
  return false;
}

std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Database::Database(const std::string& path, std::chrono::milliseconds patience)
    : name_(utf8::printable(path)) {
  if (path.empty()) {
    throw output_error("the store has an empty name");
  }
  sqlite3* handle = nullptr;
  // SQLite takes ":memory:" for a temporary database, and "file:..." for more than a name.
  const std::string file = path.front() == '/' ? path : "./" + path;
  const int code = sqlite3_open_v2(file.c_str(), &handle,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) {
    throw failure(code);
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(patience.count()));
}

void Database::run(const std::string& sql) const {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    throw failure(code);
  }
}

Statement Database::prepare(const std::string& sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) {
    throw failure(code);
  }
  return {*this, statement};
}

std::int64_t Database::number(const std::string& sql) const {
  auto statement = prepare(sql);
  return statement.step() ? statement.number(0) : 0;
}

Error Database::damaged(const std::string& what) const {
  return {ErrorKind::output, "damaged",
          name_ + ": damaged (" + what + "); remove it, or put a copy in its place"};
}

Error Database::error(const std::string& reason) const {
  return {ErrorKind::output, "store", name_ + ": " + reason};
}

Error Database::failure(int code) const {
  const auto system_error = [&] {
    const int number = sqlite3_system_errno(handle_.get());
    return number != 0 ? std::string(std::strerror(number)) : std::string(sqlite3_errstr(code));
  };
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      return {ErrorKind::output, "damaged",
              name_ + ": not a store, or damaged at its beginning; name another file"};
    case SQLITE_CORRUPT:
      return damaged(sqlite3_errstr(code));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::output, "busy", name_ + ": another process keeps it locked; try again later"};
    case SQLITE_FULL:
      return error("no space left for the store");
    case SQLITE_CANTOPEN:
      return error("the store can't be opened: " + system_error());
    case SQLITE_READONLY:
      return error("the store can't be written, or its folder can't");
    case SQLITE_IOERR:
      return error("the store can't be read or written: " + system_error());
    default:
      return error(sqlite3_errmsg(handle_.get()));
  }
}

namespace {

void roll_back(const Database& database) {
  try {
    database.run("ROLLBACK");
  } catch (const Error&) {
    return;  // SQLite has rolled back by itself
  }
}

}  // namespace

Snapshot::~Snapshot() {
  roll_back(database_);
}

Transaction::~Transaction() {
  if (!committed_) {
    roll_back(database_);
  }
}

}  // namespace clip_classify
