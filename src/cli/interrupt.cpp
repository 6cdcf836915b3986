#include "cli/interrupt.h"

#include <pthread.h>

#include <csignal>

namespace clip_classify::cli {
namespace {

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

[[noreturn]] void die_by(int signal) {
  std::signal(signal, SIG_DFL);
  const auto signals = stop_signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  std::raise(signal);
  std::_Exit(128 + signal);
}

}  // namespace

Interrupt::Interrupt() {
  const auto signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  waiter_ = std::thread([this] { wait(); });
}

Interrupt::~Interrupt() {
  finished_ = true;
  pthread_kill(waiter_.native_handle(), SIGTERM);
  waiter_.join();
}

void Interrupt::wait() {
  const auto signals = stop_signals();
  int received = 0;
  while (sigwait(&signals, &received) == 0 && !finished_) {
    if (signal_ != 0) {
      die_by(received);
    }
    signal_ = received;
    stop_.request_stop();
  }
}

void Interrupt::end_process_if_interrupted() const {
  if (signal_ != 0) {
    die_by(signal_);
  }
}

}  // namespace clip_classify::cli
