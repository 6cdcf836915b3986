#include "model/piece_queue.h"

#include <algorithm>
#include <utility>

namespace clip_classify {

PieceQueue::PieceQueue(int threads) {
  for (int thread = 0; thread < threads; ++thread) {
    threads_.emplace_back([this, thread] { serve(thread); });
  }
}

PieceQueue::~PieceQueue() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  work_.notify_all();
  for (auto& thread : threads_) {
    thread.join();
  }
}

void PieceQueue::add(Batch batch) {
  {
    const std::lock_guard lock(mutex_);
    entries_.push_back({std::move(batch)});
  }
  work_.notify_all();
}

void PieceQueue::wait_until_idle() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return entries_.empty(); });
}

void PieceQueue::serve(int thread) {
  std::unique_lock lock(mutex_);
  while (true) {
    auto open = entries_.end();
    work_.wait(lock, [&] {
      open = find_open(thread);
      return ended_ || open != entries_.end();
    });
    if (ended_) {
      return;
    }
    do_piece(open, thread, lock);
  }
}

PieceQueue::Entries::iterator PieceQueue::find_open(int thread) {
  return std::ranges::find_if(entries_, [&](const Entry& entry) {
    return thread < entry.batch.threads && entry.taken < entry.batch.pieces;
  });
}

void PieceQueue::do_piece(Entries::iterator entry, int thread, std::unique_lock<std::mutex>& lock) {
  const auto piece = entry->taken++;
  std::exception_ptr failure;
  lock.unlock();
  try {
    entry->batch.work(thread, piece);
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  if (failure != nullptr) {
    entry->failure = entry->failure != nullptr ? entry->failure : failure;
    entry->batch.pieces = entry->taken;
  }
  if (++entry->ended < entry->batch.pieces) {
    return;
  }
  Entries ended;
  ended.splice(ended.end(), entries_, entry);
  if (entries_.empty()) {
    idle_.notify_all();
  }
  lock.unlock();
  ended.front().batch.done(ended.front().failure);
  ended.clear();  // its tensors go while the lock is free
  lock.lock();
}

}  // namespace clip_classify
