// An SQLite file: every failure is an Error that names it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "clip_classify/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace clip_classify {

/// A prepared statement, run again and again. Not safe to share between threads, nor is its Database.
class Statement {
 public:
  Statement(Statement&&) noexcept = default;
  Statement& operator=(Statement&&) noexcept = default;

  /// Lets go of the row it stands on, and with it of the file's state that it reads; parameters are bound
  /// from the first on.
  Statement& reset();
  /// The bytes must live until the next reset().
  Statement& bind_bytes(std::string_view bytes);
  Statement& bind_number(std::int64_t number);

  /// Whether there is a (further) row.
  bool step();

  /// Of the row; the bytes live until the next step() or reset().
  std::string_view bytes(int column) const;
  std::int64_t number(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(const class Database& database, sqlite3_stmt* statement)
      : database_(&database), statement_(statement) {}

  const Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
};

class Database {
 public:
  /// Opens or creates. What another process holds is waited for as long as `patience`. Throws Error (output):
  /// codes "damaged", "busy" and "store" (anything else).
  Database(const std::string& path, std::chrono::milliseconds patience);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(const std::string& sql) const;
  Statement prepare(const std::string& sql) const;
  std::int64_t number(const std::string& sql) const;

  /// The error for what is in the file.
  Error damaged(const std::string& what) const;
  /// "FILE: reason", for errors beside SQLite's.
  Error error(const std::string& reason) const;
  /// The error for SQLite's result `code`.
  Error failure(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };

  std::string name_;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// One look at the file: what is read while it lives is from one moment, and costs less.
class Snapshot {
 public:
  explicit Snapshot(const Database& database) : database_(database) { database_.run("BEGIN"); }
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  const Database& database_;
};

/// BEGIN IMMEDIATE to commit(), or nothing of it.
class Transaction {
 public:
  explicit Transaction(const Database& database) : database_(database) { database_.run("BEGIN IMMEDIATE"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit() {
    database_.run("COMMIT");
    committed_ = true;
  }

 private:
  const Database& database_;
  bool committed_ = false;
};

}  // namespace clip_classify
