// How far a partial file goes: settings, then a line for each checkpoint.
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

#include "clip_classify/partial_file.h"

namespace clip_classify {

/// After `inputs` inputs, of which `failed` failed, the output is `bytes` long.
struct Checkpoint {
  std::uint64_t inputs = 0;
  std::uint64_t failed = 0;
  std::uint64_t bytes = 0;
  std::string inputs_sum;  ///< sha256 in hex of the inputs' paths
  std::string output_sum;  ///< of the output's bytes
};

/// A journal's first line, without its end.
std::string settings_line(const Settings& settings);
std::string checkpoint_line(const Checkpoint& checkpoint);

/// Reads a journal; a line that was cut off counts as its end.
class JournalReader {
 public:
  explicit JournalReader(const std::string& path) : stream_(path, std::ios::binary) {}

  std::optional<Settings> settings();
  std::optional<Checkpoint> next();
  /// Bytes up to the end of the line read last.
  std::uint64_t position() const { return position_; }

 private:
  std::optional<std::string> line();

  std::ifstream stream_;
  std::uint64_t position_ = 0;
};

}  // namespace clip_classify
