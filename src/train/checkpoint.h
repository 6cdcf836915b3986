// The state of an unfinished training in one file: a line of JSON, numbers, and a sum of both.
#pragma once

#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace clip_classify {

/// Writes it whole or not at all, over an earlier one. Throws Error (output).
void write_checkpoint(const std::filesystem::path& file, const std::string& header,
                      const std::vector<std::span<const float>>& numbers);

class CheckpointReader {
 public:
  /// Checks all of the file first. Throws Error (usage) for one that is cut short or damaged.
  explicit CheckpointReader(const std::filesystem::path& file);

  const std::string& header() const { return header_; }

  /// The next numbers. Throws Error (usage) where there are not as many.
  void read(std::span<float> numbers);

 private:
  std::filesystem::path file_;
  std::ifstream stream_;
  std::string header_;
  std::uint64_t left_ = 0;  ///< bytes of numbers
};

}  // namespace clip_classify
