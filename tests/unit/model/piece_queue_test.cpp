#include "model/piece_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace clip_classify {
namespace {

/// The failure of a batch, once it is done.
struct Done {
  std::promise<std::exception_ptr> promise;
  std::function<void(std::exception_ptr)> callback() {
    return [this](std::exception_ptr failure) { promise.set_value(std::move(failure)); };
  }
};

TEST(PieceQueue, DoesEachPieceOnceAndNoTwoOfAThreadAtATime) {
  constexpr int kThreads = 3;
  PieceQueue queue(kThreads);
  std::vector<std::atomic<int>> times(100);
  std::vector<std::atomic<int>> busy(kThreads);
  Done done;
  queue.add({100, kThreads,
             [&](int thread, std::int64_t piece) {
               EXPECT_EQ(busy[static_cast<std::size_t>(thread)]++, 0);
               ++times[static_cast<std::size_t>(piece)];
               --busy[static_cast<std::size_t>(thread)];
             },
             done.callback()});
  EXPECT_EQ(done.promise.get_future().get(), nullptr);
  for (const auto& count : times) {
    EXPECT_EQ(count, 1);
  }
}

TEST(PieceQueue, AThreadWithoutAPieceGoesOnWithTheNextBatch) {
  PieceQueue queue(2);
  std::promise<void> second_begun;
  auto begun = second_begun.get_future();
  Done first;
  Done second;
  // Ends only once a piece of the batch after it runs.
  queue.add({1, 2, [&](int, std::int64_t) { begun.get(); }, first.callback()});
  queue.add({1, 2, [&](int, std::int64_t) { second_begun.set_value(); }, second.callback()});
  EXPECT_EQ(first.promise.get_future().get(), nullptr);
  EXPECT_EQ(second.promise.get_future().get(), nullptr);
  queue.wait_until_idle();
}

TEST(PieceQueue, TakesNoMoreThreadsThanABatchAllows) {
  PieceQueue queue(4);
  std::mutex guard;
  std::set<int> threads;
  Done done;
  queue.add({50, 2,
             [&](int thread, std::int64_t) {
               const std::lock_guard lock(guard);
               threads.insert(thread);
             },
             done.callback()});
  EXPECT_EQ(done.promise.get_future().get(), nullptr);
  EXPECT_LT(*threads.rbegin(), 2);
}

TEST(PieceQueue, AFailureLeavesOutTheRestOfItsBatchAlone) {
  PieceQueue queue(1);
  int pieces = 0;
  Done failing;
  Done next;
  queue.add({10, 1,
             [&](int, std::int64_t piece) {
               ++pieces;
               if (piece == 2) {
                 throw std::runtime_error("no");
               }
             },
             failing.callback()});
  queue.add({1, 1, [&](int, std::int64_t) {}, next.callback()});
  const auto failure = failing.promise.get_future().get();
  ASSERT_NE(failure, nullptr);
  EXPECT_THROW(std::rethrow_exception(failure), std::runtime_error);
  EXPECT_EQ(pieces, 3);
  EXPECT_EQ(next.promise.get_future().get(), nullptr);
}

TEST(PieceQueue, IsLeftWithoutDoingWhatNobodyHasTaken) {
  std::promise<void> taken;
  std::promise<void> leave;
  auto leaving = leave.get_future();
  bool second = false;
  bool done = false;
  std::thread opener;
  {
    PieceQueue queue(1);
    queue.add({1, 1,
               [&](int, std::int64_t) {
                 taken.set_value();
                 leaving.get();
               },
               [&](const std::exception_ptr&) {}});
    queue.add(
        {1, 1, [&](int, std::int64_t) { second = true; }, [&](const std::exception_ptr&) { done = true; }});
    taken.get_future().get();
    // Lets the piece end only while the queue is being left: wait_until_idle() would not return before.
    opener = std::thread([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      leave.set_value();
    });
  }
  opener.join();
  EXPECT_FALSE(second);
  EXPECT_FALSE(done);
}

}  // namespace
}  // namespace clip_classify
