// Threads that do one thing together, many times a millisecond.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace clip_classify {

/// Between two things a thread looks out for the next for some microseconds, then it sleeps: OpenMP's threads
/// either spin for milliseconds, which beside another busy process makes an image take seven times as long,
/// or sleep at once and take tens of microseconds to wake up.
class ThreadTeam {
 public:
  /// `size` from 1, the thread that calls run() included.
  explicit ThreadTeam(int size);
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  /// Calls work(0) to work(size - 1), each in a thread of its own, and returns when all are done. `work` must
  /// not throw.
  void run(const std::function<void(int part)>& work);

  int size() const { return static_cast<int>(threads_.size()) + 1; }

 private:
  void serve(int part);

  const std::function<void(int)>* work_ = nullptr;
  std::atomic<std::uint32_t> begun_ = 0;  ///< counts the things to do; odd at the end of all
  std::atomic<int> busy_ = 0;
  std::vector<std::thread> threads_;
};

/// Calls work(begin, end) for ranges that together are 0 to `count`, in the team that this thread has now
/// (see TeamScope), else at once.
void share_out(std::int64_t count, const std::function<void(std::int64_t begin, std::int64_t end)>& work);

/// Gives this thread a team for as long as it lives.
class TeamScope {
 public:
  /// Null for none.
  explicit TeamScope(ThreadTeam* team);
  ~TeamScope();
  TeamScope(const TeamScope&) = delete;
  TeamScope& operator=(const TeamScope&) = delete;
};

}  // namespace clip_classify
