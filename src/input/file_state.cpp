#include "input/file_state.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <ctime>

namespace clip_classify {
namespace {

/// More than the 2 s by which FAT rounds times.
constexpr std::int64_t kSettled = 3'000'000'000;

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::string settled_state(const std::string& path) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return "";
  }
  const auto modified = nanoseconds(status.st_mtim);
  const auto changed = nanoseconds(status.st_ctim);
  if (nanoseconds(now) - std::max(modified, changed) < kSettled) {
    return "";
  }
  return std::to_string(status.st_size) + " " + std::to_string(modified) + " " + std::to_string(changed) +
         " " + std::to_string(status.st_ino);
}

}  // namespace clip_classify
