// Independent pieces of work on several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace clip_classify {

/// Calls work(0) to work(count - 1), at most `threads` at a time, in any order. Once one has thrown no more
/// are begun, and the first exception is thrown here when the others have ended.
void in_parallel(std::size_t count, int threads, const std::function<void(std::size_t index)>& work);

}  // namespace clip_classify
