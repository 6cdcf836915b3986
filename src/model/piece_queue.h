// Batches cut into pieces, which threads take one after the other.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

namespace clip_classify {

/// A thread that has no piece left of one batch goes on with the next: nobody waits for the others at a
/// batch's end, nor for what is done between batches.
class PieceQueue {
 public:
  struct Batch {
    std::int64_t pieces = 1;
    /// The most threads that take pieces of it, from 1.
    int threads = 1;
    /// Does a piece; `thread` is from 0 to `threads` - 1 and belongs to no other piece at the time. After one
    /// has thrown, those that nobody has taken are left out.
    std::function<void(int thread, std::int64_t piece)> work;
    /// Called once, by the thread that does the last piece; given what the first to fail has thrown, or null.
    /// Must not throw.
    std::function<void(std::exception_ptr failure)> done;
  };

  explicit PieceQueue(int threads);
  /// Leaves out the pieces that nobody has taken; the batches they belong to are not done.
  ~PieceQueue();
  PieceQueue(const PieceQueue&) = delete;
  PieceQueue& operator=(const PieceQueue&) = delete;

  void add(Batch batch);

  /// Returns when no piece is left.
  void wait_until_idle();

 private:
  struct Entry {
    Batch batch;
    std::int64_t taken = 0;
    std::int64_t ended = 0;
    std::exception_ptr failure = {};
  };

  using Entries = std::list<Entry>;

  void serve(int thread);
  /// The first batch with a piece for this thread; the end of the entries where there is none.
  Entries::iterator find_open(int thread);
  void do_piece(Entries::iterator entry, int thread, std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable idle_;
  Entries entries_;
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace clip_classify
