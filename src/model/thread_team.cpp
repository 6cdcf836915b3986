#include "model/thread_team.h"

#include <chrono>

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

ThreadTeam::ThreadTeam(int size) {
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
  busy_.store(static_cast<int>(threads_.size()), std::memory_order_relaxed);
  begun_.fetch_add(2);
  begun_.notify_all();
  work(0);
  for (int left = busy_.load(std::memory_order_acquire); left != 0;
       left = busy_.load(std::memory_order_acquire)) {
    await_change(busy_, left);
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
    (*work_)(part);
    if (busy_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      busy_.notify_one();
    }
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
