// A TorchScript archive that several threads read at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "input/descriptor.h"

namespace clip_classify {

/// torch::jit::load reads weights in one thread and spends most of that time on the memory they go to, so a
/// weight of megabytes is read in parts here.
class ArchiveFile {
 public:
  /// Throws std::system_error where the file can't be opened.
  ArchiveFile(const std::string& path, int threads);

  std::size_t size() const { return size_; }
  /// Returns how many bytes there were: fewer than `count` at the end of the file. Throws std::system_error.
  std::size_t read(std::uint64_t position, void* buffer, std::size_t count) const;

 private:
  std::size_t read_part(std::uint64_t position, char* buffer, std::size_t count) const;

  Descriptor file_;
  std::size_t size_ = 0;
  std::size_t threads_;
};

}  // namespace clip_classify
