#include "input/list_reader.h"

#include <sys/stat.h>

#include <cerrno>

namespace clip_classify {
namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;
/// Far above PATH_MAX: what is longer is not a list of paths, and is not held in memory.
constexpr std::size_t kLongestEntry = std::size_t{64} << 10;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool exists(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0;
}

Error list_error(const std::string& name, int error_number) {
  return usage_error("can't read the list " + name + ": " + reason_for(error_number));
}

}  // namespace

ListReader::ListReader(const std::string& name, bool nul_separated, std::shared_ptr<const StopSignal> stop)
    : stop_(std::move(stop)), terminator_(nul_separated ? '\0' : '\n') {
  source_ = open_source(name, file_);
  struct stat status {};
  if (source_ < 0 || fstat(source_, &status) != 0) {
    throw list_error(name == "-" ? "on standard input" : name, errno);
  }
  if (S_ISDIR(status.st_mode)) {
    throw list_error(name, EISDIR);
  }
  regular_ = S_ISREG(status.st_mode);
}

bool ListReader::fill() {
  buffer_.erase(0, position_);
  position_ = 0;
  if (ended_ || !stop_->wait_readable(source_)) {
    return false;
  }
  const auto got = append_some(source_, buffer_, kChunk);
  ended_ = got <= 0;
  if (got < 0) {
    throw input_error("unreadable", "can't read the list: " + reason_for(errno));
  }
  return got > 0;
}

std::optional<std::string> ListReader::next_raw() {
  std::size_t searched = position_;
  bool too_long = false;
  while (true) {
    const std::size_t end = buffer_.find(terminator_, searched);
    const bool found = end != std::string::npos;
    if (!found && buffer_.size() - position_ > kLongestEntry) {
      too_long = true;
    }
    if (found || too_long) {
      std::string entry = too_long ? "" : buffer_.substr(position_, end - position_);
      position_ = found ? end + 1 : buffer_.size();
      if (found && too_long) {
        break;
      }
      if (found) {
        return entry;
      }
    }
    searched = buffer_.size() - position_;
    if (!fill()) {
      if (too_long) {
        break;
      }
      std::string rest = buffer_.substr(position_);
      position_ = buffer_.size();
      return stop_->raised() || rest.empty() ? std::nullopt : std::optional(std::move(rest));
    }
  }
  throw input_error("missing", terminator_ == '\n'
                                   ? "an entry is longer than any path (a NUL-separated list needs -0)"
                                   : "an entry is longer than any path");
}

std::string ListReader::without_foreign_marks(std::string entry) {
  if (terminator_ == '\0') {
    return entry;
  }
  if (first_ && entry.starts_with(kByteOrderMark) && !exists(entry)) {
    entry.erase(0, kByteOrderMark.size());
  }
  if (entry.ends_with('\r') && !exists(entry)) {
    entry.pop_back();
  }
  return entry;
}

std::optional<std::string> ListReader::next() {
  while (!stop_->raised()) {
    std::optional<std::string> raw = next_raw();
    if (!raw) {
      break;
    }
    std::string entry = without_foreign_marks(std::move(*raw));
    first_ = false;
    if (!entry.empty()) {
      return entry;
    }
  }
  return std::nullopt;
}

}  // namespace clip_classify
