#include "model/freed_memory.h"

#include <cstdlib>
#include <limits>
#include <mutex>

#include "clip_classify/model.h"
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace clip_classify {

void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int kLargestKept = 32 << 20;
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_MMAP_THRESHOLD, kLargestKept);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
#endif
}

void give_freed_memory_back() {
#if defined(__GLIBC__)
  // Where malloc is another library's (a sanitizer's, say), glibc sets its own up at the first call, and is
  // not ready for a second meanwhile.
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  malloc_trim(0);
#endif
}

}  // namespace clip_classify
