#include "cli/console.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace clip_classify::cli {
namespace {

constexpr auto kQuietStart = std::chrono::milliseconds(500);
constexpr auto kUpdateEvery = std::chrono::milliseconds(100);
/// Of which the rate is shown: long enough for some batches, short enough to follow what changes on the way.
constexpr auto kRateSpan = std::chrono::seconds(10);
constexpr auto kEraseLine = "\r\x1b[K";

/// A program started with standard streams closed would get one of their numbers for the next file it opens.
/// Reading gives nothing and writing fails, as it should.
void keep_standard_streams_taken() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) < 0) {
      [[maybe_unused]] const int opened = open("/dev/null", O_RDONLY);
    }
  }
}

/// Callers print paths readably; this only keeps a stray control character from breaking the line or the
/// screen.
std::string one_line(std::string message) {
  std::ranges::replace_if(
      message, [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; }, '?');
  return message;
}

std::string duration(double seconds) {
  const auto whole = std::lround(seconds);
  std::array<char, 48> text{};
  if (whole >= 3600) {
    std::snprintf(text.data(), text.size(), "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
  } else {
    std::snprintf(text.data(), text.size(), "%ld:%02ld", whole / 60, whole % 60);
  }
  return text.data();
}

}  // namespace

Console::Console() {
  keep_standard_streams_taken();
  fd_ = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nothing >= 0) {
    dup2(nothing, STDERR_FILENO);
    close(nothing);
  }
}

Console::~Console() {
  end_progress();
  if (fd_ >= 0) {
    dup2(fd_, STDERR_FILENO);
    close(fd_);
  }
}

void Console::configure(const ConsoleOptions& options, bool results_on_terminal) {
  options_ = options;
  progress_ = !options.quiet && (options.progress == "always" ||
                                 (options.progress == "auto" && isatty(fd_) == 1 && !results_on_terminal));
}

void Console::error(const std::string& message) {
  line("", message);
}

void Console::warning(const std::string& message) {
  if (!options_.quiet) {
    line("warning: ", message);
  }
}

void Console::report(const std::string& message) {
  if (!options_.quiet) {
    line("", message);
  }
}

void Console::note(const std::string& message) {
  if (options_.verbose) {
    line("", message);
  }
}

void Console::line(const std::string& prefix, const std::string& message) {
  write((line_shown_ ? kEraseLine : "") + ("clip-classify: " + prefix) + one_line(message) + "\n");
  line_shown_ = false;
}

void Console::start_progress(const std::string& what, std::optional<std::size_t> total) {
  counted_ = what;
  total_ = total;
  const auto now = Clock::now();
  next_update_ = now + kQuietStart;
  recent_ = {{now, 0}};
}

double Console::recent_rate(std::size_t done) {
  const auto now = Clock::now();
  recent_.emplace_back(now, done);
  // The second to last that is old enough stays, so that there is always a span to measure.
  while (recent_.size() > 2 && now - recent_[1].first >= kRateSpan) {
    recent_.pop_front();
  }
  const auto [since, done_then] = recent_.front();
  return static_cast<double>(done - done_then) / std::chrono::duration<double>(now - since).count();
}

void Console::update_progress(std::size_t done, std::size_t failed) {
  const auto now = Clock::now();
  if (!progress_ || now < next_update_) {
    return;
  }
  next_update_ = now + kUpdateEvery;
  const double rate = recent_rate(done);
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), "%s%zu%s %s, %.1f/s", kEraseLine, done,
                total_ ? ("/" + std::to_string(*total_)).c_str() : "", counted_.c_str(), rate);
  std::string shown = text.data();
  if (total_ && rate > 0 && done <= *total_) {
    shown += ", " + duration(static_cast<double>(*total_ - done) / rate) + " left";
  }
  if (failed > 0) {
    shown += ", " + std::to_string(failed) + " failed";
  }
  write(shown);
  line_shown_ = true;
}

void Console::end_progress() {
  if (line_shown_) {
    write(kEraseLine);
    line_shown_ = false;
  }
}

void Console::write(const std::string& bytes) const {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const auto count = ::write(fd_, bytes.data() + sent, bytes.size() - sent);
    if (count <= 0) {
      return;  // there is nowhere left to say it
    }
    sent += static_cast<std::size_t>(count);
  }
}

}  // namespace clip_classify::cli
