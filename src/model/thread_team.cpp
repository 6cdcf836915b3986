#include "model/thread_team.h"

#include <chrono>
#include <utility>

namespace clip_classify {
namespace {

thread_local ThreadTeam* current_team = nullptr;

constexpr auto kLookOut = std::chrono::microseconds(100);

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/// Returns when `value` is no longer `old`.
template <class T>
void await_change(const std::atomic<T>& value, T old) {
  const auto until = std::chrono::steady_clock::now() + kLookOut;
  do {
    for (int turn = 0; turn < 64; ++turn) {
      if (value.load(std::memory_order_acquire) != old) {
        return;
      }
      pause();
    }
  } while (std::chrono::steady_clock::now() < until);
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

ThreadTeam::ThreadTeam(int size) : parts_(static_cast<std::size_t>(size)) {
  for (int part = 1; part < size; ++part) {
    threads_.emplace_back([this, part] { serve(part); });
  }
}

ThreadTeam::~ThreadTeam() {
  begun_.fetch_add(1);
  begun_.notify_all();
  for (auto& thread : threads_) {
    thread.join();
  }
}

void ThreadTeam::run(const std::function<void(int)>& work) {
  if (threads_.empty()) {
    work(0);
    return;
  }
  work_ = &work;
  left_.store(size(), std::memory_order_relaxed);
  const auto thing = begun_.fetch_add(2) + 2;
  begun_.notify_all();
  for (int part = 0; part < size(); ++part) {
    do_part(part, thing);
  }
  for (int left = left_.load(std::memory_order_acquire); left != 0;
       left = left_.load(std::memory_order_acquire)) {
    await_change(left_, left);
  }
  if (error_ != nullptr) {
    std::rethrow_exception(std::exchange(error_, nullptr));
  }
}

// A thing ends only when all of its parts were taken, so a thread that comes late finds its part taken.
void ThreadTeam::do_part(int part, std::uint32_t thing) {
  auto before = thing - 2;
  if (!parts_[static_cast<std::size_t>(part)].taken.compare_exchange_strong(before, thing)) {
    return;
  }
  try {
    (*work_)(part);
  } catch (...) {
    const std::lock_guard lock(error_guard_);
    if (error_ == nullptr) {
      error_ = std::current_exception();
    }
  }
  if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    left_.notify_one();
  }
}

void ThreadTeam::serve(int part) {
  std::uint32_t seen = 0;
  while (true) {
    await_change(begun_, seen);
    seen = begun_.load(std::memory_order_acquire);
    if (seen % 2 == 1) {
      return;
    }
    do_part(part, seen);
  }
}

void share_out(std::int64_t count, const std::function<void(std::int64_t, std::int64_t)>& work) {
  if (current_team == nullptr || count <= 1) {
    work(0, count);
    return;
  }
  const int size = current_team->size();
  current_team->run([&](int part) {
    const auto begin = count * part / size;
    const auto end = count * (part + 1) / size;
    if (begin < end) {
      work(begin, end);
    }
  });
}

TeamScope::TeamScope(ThreadTeam* team) {
  current_team = team;
}

TeamScope::~TeamScope() {
  current_team = nullptr;
}

}  // namespace clip_classify
