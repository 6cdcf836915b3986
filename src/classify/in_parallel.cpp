#include "classify/in_parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace clip_classify {

void in_parallel(std::size_t count, int threads, const std::function<void(std::size_t index)>& work) {
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failure;
  std::mutex failing;
  const auto serve = [&] {
    try {
      for (auto index = next++; index < count; index = next++) {
        work(index);
      }
    } catch (...) {
      const std::scoped_lock lock(failing);
      failure = failure ? failure : std::current_exception();
      next = count;
    }
  };
  {
    std::vector<std::jthread> helpers;
    const auto size = std::min(count, static_cast<std::size_t>(std::max(threads, 1)));
    for (std::size_t helper = 1; helper < size; ++helper) {
      helpers.emplace_back(serve);
    }
    serve();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

}  // namespace clip_classify
