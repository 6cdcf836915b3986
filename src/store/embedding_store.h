// Key -> unit row, in one SQLite file: what the images' store and the labels' cache have in common.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "store/database.h"

namespace clip_classify {

/// Rows are checked as they are read, so that damage is an error and never a wrong answer. What is kept is
/// found by every process that has the file open. Not safe to share between threads.
class EmbeddingStore {
 public:
  /// `space` says in words what the rows depend on beside their keys (the encoder, say); rows of other spaces
  /// are not seen. Throws Error (output) that names the file: not a store, of a newer version, damaged,
  /// locked for longer than `patience`, or not to be written.
  EmbeddingStore(const std::string& path, const std::string& space, std::size_t width,
                 std::chrono::milliseconds patience);

  Database& database() { return database_; }

  /// Copies the row of `key` into `row` (as wide as the store) and what was noted beside it into `note`;
  /// false where there is none. Throws Error (output), code "damaged".
  bool find(std::string_view key, std::span<float> row, std::int64_t& note);

  /// Keeps a row in place of what was there. To be called within a Transaction.
  void keep(std::string_view key, std::span<const float> row, std::int64_t note);

 private:
  /// Puts the statement for a key's row on it, and returns that; null where there is none.
  Statement* look_up(std::string_view key);
  std::uint64_t sum_of(std::string_view key, std::string_view row, std::int64_t note) const;

  Database database_;
  std::uint64_t seed_;
  std::int64_t space_;
  std::size_t width_;
  Statement find_;
  Statement find_at_;
  std::int64_t last_ = 0;  ///< the number of the row that was found last
  bool in_order_ = false;  ///< and whether it followed the one before
  Statement keep_;
};

}  // namespace clip_classify
