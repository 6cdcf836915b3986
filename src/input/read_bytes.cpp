#include "input/read_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "clip_classify/input.h"

namespace clip_classify {
namespace {

constexpr std::size_t kChunk = std::size_t{256} << 10;

std::size_t expected_size(int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size < 0) {
    return 0;
  }
  return static_cast<std::size_t>(status.st_size);
}

Error too_large(std::size_t max_bytes) {
  return input_error("too_large", "is over the limit of " + std::to_string(max_bytes) + " bytes");
}

std::vector<std::byte> read_all(int descriptor, std::size_t max_bytes, const StopSignal* stop) {
  const std::size_t expected = expected_size(descriptor);
  if (expected > max_bytes) {
    throw too_large(max_bytes);
  }
  std::vector<std::byte> bytes;
  std::size_t filled = 0;
  while (true) {
    // One byte more than expected, so that the end of a file of known size shows without another buffer.
    bytes.resize(filled == 0 && expected > 0 ? expected + 1 : std::max(filled + kChunk, filled + filled / 2));
    while (filled < bytes.size()) {
      if (stop != nullptr && !stop->wait_readable(descriptor)) {
        throw input_error("unreadable", "stopped while waiting for standard input");
      }
      const auto got = read_some(descriptor, bytes.data() + filled, bytes.size() - filled);
      if (got < 0) {
        throw unreadable_error(errno);
      }
      if (got == 0) {
        bytes.resize(filled);
        return bytes;
      }
      filled += static_cast<std::size_t>(got);
      if (filled > max_bytes) {
        throw too_large(max_bytes);
      }
    }
  }
}

std::vector<std::byte> read_path(const std::string& path, std::size_t max_bytes, const StopSignal* stop) {
  std::vector<std::byte> bytes;
  if (path == "-") {
    bytes = read_all(STDIN_FILENO, max_bytes, stop);
  } else {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) {
      throw unreadable_error(errno);
    }
    bytes = read_all(file.number(), max_bytes, nullptr);
  }
  if (bytes.empty()) {
    throw input_error("empty", path == "-" ? "standard input is empty" : "the file is empty");
  }
  return bytes;
}

}  // namespace

std::vector<std::byte> read_bytes(const std::string& path, std::size_t max_bytes, const StopSignal& stop) {
  return read_path(path, max_bytes, &stop);
}

std::vector<std::byte> read_bytes(const std::string& path, std::size_t max_bytes) {
  return read_path(path, max_bytes, nullptr);
}

}  // namespace clip_classify
