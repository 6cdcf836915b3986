#include "store/embedding_store.h"

#include <cstring>
#include <thread>

#include "store/checksum.h"

namespace clip_classify {
namespace {

constexpr std::int64_t kApplication = 0x436C6953;  // "CliS", in the file's header
constexpr std::int64_t kVersion = 1;

// A table by number, not one ordered by key: rows of images that were seen together lie together. Pages of 16
// kB hold whole rows.
constexpr auto kSchema = R"(
  CREATE TABLE spaces (id INTEGER PRIMARY KEY, description TEXT NOT NULL UNIQUE);
  CREATE TABLE embeddings (id INTEGER PRIMARY KEY, space INTEGER NOT NULL, key BLOB NOT NULL, note INTEGER NOT NULL,
                           row BLOB NOT NULL, sum INTEGER NOT NULL, UNIQUE (space, key));
  CREATE TABLE files (path BLOB PRIMARY KEY, state BLOB NOT NULL, content BLOB NOT NULL, sum INTEGER NOT NULL)
    WITHOUT ROWID;)";

/// Writers then don't hold up readers. Switching a new file needs it alone for a moment, which SQLite does
/// not wait for by itself.
void use_write_ahead_log(const Database& database, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    try {
      auto statement = database.prepare("PRAGMA journal_mode = WAL");
      if (!statement.step() || statement.bytes(0) != "wal") {
        throw database.error(
            "the store needs a file system with shared memory and locks, which a local disk has");
      }
      return;
    } catch (const Error& error) {
      if (error.code() != "busy" || std::chrono::steady_clock::now() > deadline) {
        throw;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
}

bool is_new(const Database& database) {
  return database.number("PRAGMA application_id") == 0 &&
         database.number("SELECT count(*) FROM sqlite_master") == 0;
}

void create(const Database& database) {
  Transaction transaction(database);
  if (is_new(database)) {  // and not made by another process meanwhile
    database.run(kSchema);
    database.run("PRAGMA application_id = " + std::to_string(kApplication));
    database.run("PRAGMA user_version = " + std::to_string(kVersion));
  }
  transaction.commit();
}

/// Nothing is written to a file before it is known to be ours.
void open(const Database& database, std::chrono::milliseconds patience) {
  const bool fresh = is_new(database);
  if (!fresh && database.number("PRAGMA application_id") != kApplication) {
    throw database.error("is a database of another program, not a store; name another file");
  }
  if (!fresh && database.number("PRAGMA user_version") > kVersion) {
    throw database.error("a store made by a newer clip-classify; use that one, or name another file");
  }
  database.run("PRAGMA page_size = 16384");
  use_write_ahead_log(database, patience);
  database.run("PRAGMA synchronous = NORMAL");
  database.run("PRAGMA cache_size = -16000");
  if (fresh) {
    create(database);
  }
}

std::int64_t find_space(const Database& database, const std::string& description) {
  auto find = database.prepare("SELECT id FROM spaces WHERE description = CAST(? AS TEXT)");
  if (find.bind_bytes(description).step()) {
    return find.number(0);
  }
  Transaction transaction(database);
  auto insert = database.prepare("INSERT OR IGNORE INTO spaces (description) VALUES (CAST(? AS TEXT))");
  insert.bind_bytes(description).step();
  transaction.commit();
  find.reset().bind_bytes(description);
  if (!find.step()) {
    throw database.damaged("its list of models");
  }
  return find.number(0);
}

std::string_view bytes_of(std::span<const float> row) {
  return {reinterpret_cast<const char*>(row.data()), row.size_bytes()};
}

}  // namespace

EmbeddingStore::EmbeddingStore(const std::string& path, const std::string& space, std::size_t width,
                               std::chrono::milliseconds patience)
    : database_(path, patience),
      seed_(checksum(space, 0)),
      space_((open(database_, patience), find_space(database_, space))),
      width_(width),
      find_(database_.prepare("SELECT row, note, sum, id FROM embeddings WHERE space = ? AND key = ?")),
      find_at_(database_.prepare(
          "SELECT row, note, sum, id FROM embeddings WHERE id = ? AND space = ? AND key = ?")),
      keep_(database_.prepare("INSERT INTO embeddings (space, key, row, note, sum) VALUES (?, ?, ?, ?, ?) ON "
                              "CONFLICT (space, key) "
                              "DO UPDATE SET row = excluded.row, note = excluded.note, sum = excluded.sum")) {
}

std::uint64_t EmbeddingStore::sum_of(std::string_view key, std::string_view row, std::int64_t note) const {
  return checksum({reinterpret_cast<const char*>(&note), sizeof note}, checksum(row, checksum(key, seed_)));
}

// What was kept in some order is mostly asked for in that order again, and the next number is found much
// faster than a key anywhere.
Statement* EmbeddingStore::look_up(std::string_view key) {
  if (in_order_ && find_at_.reset().bind_number(last_ + 1).bind_number(space_).bind_bytes(key).step()) {
    ++last_;
    return &find_at_;
  }
  in_order_ = false;
  if (!find_.reset().bind_number(space_).bind_bytes(key).step()) {
    return nullptr;
  }
  const auto found = find_.number(3);
  in_order_ = found == last_ + 1;
  last_ = found;
  return &find_;
}

bool EmbeddingStore::find(std::string_view key, std::span<float> row, std::int64_t& note) {
  auto* const found = look_up(key);
  if (found == nullptr) {
    return false;
  }
  const auto stored = found->bytes(0);
  note = found->number(1);
  const bool sound = row.size() == width_ && stored.size() == row.size_bytes() &&
                     sum_of(key, stored, note) == static_cast<std::uint64_t>(found->number(2));
  if (sound) {
    std::memcpy(row.data(), stored.data(), stored.size());
  }
  found->reset();
  if (!sound) {
    throw database_.damaged("an embedding fails its checksum");
  }
  return true;
}

void EmbeddingStore::keep(std::string_view key, std::span<const float> row, std::int64_t note) {
  const auto bytes = bytes_of(row);
  keep_.reset().bind_number(space_).bind_bytes(key).bind_bytes(bytes).bind_number(note);
  keep_.bind_number(static_cast<std::int64_t>(sum_of(key, bytes, note))).step();
}

}  // namespace clip_classify
