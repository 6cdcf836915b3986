// Standard error: the one place that every diagnostic and the progress line go through.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace clip_classify::cli {

struct ConsoleOptions {
  bool quiet = false;             ///< errors only
  bool verbose = false;           ///< notes too
  std::string progress = "auto";  ///< "auto", "always" or "never"
};

/// Keeps the original standard error for itself and points file descriptor 2 at nothing, because libraries
/// (OpenCV's decoders, libtorch) write warnings and backtraces there that mean nothing to a user.
class Console {
 public:
  Console();
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// `results_on_terminal`: results scroll by on the same screen, where a progress line would disturb them.
  void configure(const ConsoleOptions& options, bool results_on_terminal);

  void error(const std::string& message);
  void warning(const std::string& message);
  void note(const std::string& message);
  /// What was asked for beside the results; not when quiet.
  void report(const std::string& message);

  /// Starts the progress line; `total` is unknown for a list that is still arriving. `what` is a plural.
  void start_progress(const std::string& what, std::optional<std::size_t> total);
  void update_progress(std::size_t done, std::size_t failed = 0);
  /// Takes the line off the screen.
  void end_progress();

  bool shows_progress() const { return progress_; }
  /// The original standard error's number.
  int descriptor() const { return fd_; }

 private:
  using Clock = std::chrono::steady_clock;

  void line(const std::string& prefix, const std::string& message);
  void write(const std::string& bytes) const;
  double recent_rate(std::size_t done);

  int fd_ = -1;
  ConsoleOptions options_;
  bool progress_ = false;
  bool line_shown_ = false;
  std::string counted_;
  std::optional<std::size_t> total_;
  Clock::time_point next_update_;
  std::deque<std::pair<Clock::time_point, std::size_t>> recent_;  ///< when how many were done, oldest first
};

}  // namespace clip_classify::cli
