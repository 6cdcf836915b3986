// Ctrl-C and termination, turned into a stop request that the run's loops look at.
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace clip_classify::cli {

/// The first SIGINT or SIGTERM asks for a stop; a second one ends the process at once. To be made before any
/// other thread, since threads inherit the blocked signals.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const { return stop_.get_token(); }

  /// Ends the process by the signal that asked for the stop, so that a shell's loop sees it; returns if none
  /// did.
  void end_process_if_interrupted() const;

 private:
  void wait();

  std::stop_source stop_;
  std::atomic<int> signal_{0};
  std::atomic<bool> finished_{false};
  std::thread waiter_;
};

}  // namespace clip_classify::cli
