// The rows of an embedding file that are nearest to a vector, without a look at all of them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "clip_classify/embedding_file.h"

namespace clip_classify {

/// A graph of neighbours (Malkov and Yashunin 2018, HNSW; by hnswlib). It is made once, which takes minutes
/// for a million rows, and kept in a folder until the file changes. It holds no copy of the rows.
class RowIndex {
 public:
  struct Options {
    std::filesystem::path folder;
    bool make = true;  ///< where the folder holds none of the file as it is now
    int threads = 1;
    /// Called in the caller's thread before the graph is made and meanwhile; what it throws ends that.
    std::function<void(std::size_t done)> progress = {};
  };

  /// Takes the graph of the file at `path` from the folder, or makes it. Null where there is none and none is
  /// to be made, and for a file that can have none: other than float32, changed a moment ago, with rows that
  /// are not of length 1. `file` must outlive the index. Throws Error (output) when the folder can't be
  /// written.
  static std::unique_ptr<RowIndex> open(const std::string& path, const EmbeddingFile& file,
                                        const Options& options);
  ~RowIndex();

  /// The numbers of about the nearest `count` rows, in no order. Not safe to share between threads.
  std::vector<std::size_t> nearest(std::span<const float> query, std::size_t count);

 private:
  struct Parts;
  explicit RowIndex(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace clip_classify
