#include "model/archive_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <numeric>
#include <system_error>
#include <vector>

namespace clip_classify {
namespace {

constexpr std::size_t kWorthAThread = std::size_t{1} << 20;

}  // namespace

ArchiveFile::ArchiveFile(const std::string& path, int threads) : threads_(static_cast<std::size_t>(threads)) {
  struct stat state {};
  if (open_source(path, file_) < 0 || ::fstat(file_.number(), &state) < 0) {
    throw std::system_error(errno, std::generic_category());
  }
  size_ = static_cast<std::size_t>(state.st_size);
}

std::size_t ArchiveFile::read(std::uint64_t position, void* buffer, std::size_t count) const {
  auto* const bytes = static_cast<char*>(buffer);
  const auto parts = std::clamp<std::size_t>(count / kWorthAThread, 1, threads_);
  std::vector<std::future<std::size_t>> others;
  for (std::size_t part = 1; part < parts; ++part) {
    const auto begin = count * part / parts;
    const auto end = count * (part + 1) / parts;
    others.push_back(std::async(std::launch::async, [this, position, bytes, begin, end] {
      return read_part(position + begin, bytes + begin, end - begin);
    }));
  }
  const auto first = read_part(position, bytes, count / parts);
  return std::accumulate(others.begin(), others.end(), first,
                         [](std::size_t sum, auto& part) { return sum + part.get(); });
}

std::size_t ArchiveFile::read_part(std::uint64_t position, char* buffer, std::size_t count) const {
  std::size_t done = 0;
  while (done < count) {
    const auto got =
        ::pread(file_.number(), buffer + done, count - done, static_cast<off_t>(position + done));
    if (got < 0 && errno != EINTR) {
      throw std::system_error(errno, std::generic_category());
    }
    if (got == 0) {
      break;
    }
    done += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
  }
  return done;
}

}  // namespace clip_classify
