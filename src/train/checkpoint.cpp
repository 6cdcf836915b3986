#include "train/checkpoint.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "clip_classify/error.h"
#include "model/sha256.h"
#include "output/descriptor_sink.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

constexpr std::string_view kMark = "clip-classify checkpoint 1\n";
constexpr std::size_t kSum = 64;

std::string_view bytes_of(std::span<const float> numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()};
}

Error damaged(const std::filesystem::path& file) {
  return usage_error(utf8::printable(file.string()) +
                     ": is cut short or damaged, so training can't go on from it; remove it to begin anew");
}

/// On the disk when it returns, so that a rename afterwards never names an unwritten file.
void write_durably(const std::filesystem::path& file, const std::string& header,
                   const std::vector<std::span<const float>>& numbers) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    throw output_failure(utf8::printable(file.string()), errno);
  }
  DescriptorSink sink(descriptor, utf8::printable(file.string()));
  Sha256 sum;
  const auto put = [&](std::string_view bytes) {
    sum.add(bytes);
    sink.write(bytes);
  };
  put(kMark);
  put(header);
  put("\n");
  for (const auto& part : numbers) {
    put(bytes_of(part));
  }
  sink.write(hex(sum.sum()));
  sink.flush();
  if (::fsync(descriptor) != 0) {
    throw output_failure(utf8::printable(file.string()), errno);
  }
}

}  // namespace

void write_checkpoint(const std::filesystem::path& file, const std::string& header,
                      const std::vector<std::span<const float>>& numbers) {
  auto temporary = file;
  temporary += ".tmp";
  try {
    write_durably(temporary, header, numbers);
    if (::rename(temporary.c_str(), file.c_str()) != 0) {
      throw output_failure(utf8::printable(file.string()), errno);
    }
  } catch (const Error&) {
    ::unlink(temporary.c_str());
    throw;
  }
}

CheckpointReader::CheckpointReader(const std::filesystem::path& file) : file_(file) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  stream_.open(file, std::ios::binary);
  if (failed || !stream_) {
    throw usage_error(utf8::printable(file.string()) + ": can't be read");
  }
  if (size < kMark.size() + kSum) {
    throw damaged(file);
  }
  Sha256 sum;
  std::vector<char> block(std::size_t{1} << 20);
  for (auto left = size - kSum; left > 0;) {
    const auto part = std::min<std::uint64_t>(left, block.size());
    stream_.read(block.data(), static_cast<std::streamsize>(part));
    sum.add({block.data(), part});
    left -= part;
  }
  std::string expected(kSum, '\0');
  stream_.read(expected.data(), kSum);
  if (!stream_ || hex(sum.sum()) != expected) {
    throw damaged(file);
  }
  stream_.seekg(0);
  std::string mark;
  if (!std::getline(stream_, mark) || mark + "\n" != kMark || !std::getline(stream_, header_)) {
    throw damaged(file);
  }
  left_ = size - kSum - static_cast<std::uint64_t>(stream_.tellg());
}

void CheckpointReader::read(std::span<float> numbers) {
  if (numbers.size_bytes() > left_ || !stream_.read(reinterpret_cast<char*>(numbers.data()),
                                                    static_cast<std::streamsize>(numbers.size_bytes()))) {
    throw damaged(file_);
  }
  left_ -= numbers.size_bytes();
}

}  // namespace clip_classify
