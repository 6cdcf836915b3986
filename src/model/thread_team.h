// Threads that do one thing together, many times a millisecond.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace clip_classify {

/// Between two things a thread looks out for the next for some microseconds, then it sleeps: OpenMP's threads
/// either spin for milliseconds, which beside another busy process makes an image take seven times as long,
/// or sleep at once and take tens of microseconds to wake up. A part whose thread gets no processor in time
/// is done by the thread that calls run(), so that a busy machine slows a team down no more than a lone
/// thread.
class ThreadTeam {
 public:
  /// `size` from 1, the thread that calls run() included.
  explicit ThreadTeam(int size);
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  /// Calls work(0) to work(size - 1), as far as possible each in a thread of its own, and returns when all
  /// are done. What one of them throws is thrown then, the first of several.
  void run(const std::function<void(int part)>& work);

  int size() const { return static_cast<int>(threads_.size()) + 1; }

 private:
  /// The thing that a part was last taken in; on a cache line of its own.
  struct alignas(64) Part {
    std::atomic<std::uint32_t> taken = 0;
  };

  void serve(int part);
  void do_part(int part, std::uint32_t thing);

  const std::function<void(int)>* work_ = nullptr;
  std::atomic<std::uint32_t> begun_ = 0;  ///< twice the number of things to do so far; odd at the end of all
  std::atomic<int> left_ = 0;
  std::vector<Part> parts_;
  std::mutex error_guard_;
  std::exception_ptr error_;
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
