// What becomes of memory that is freed while the program runs (see keep_freed_memory).
#pragma once

namespace clip_classify {

/// Gives the system back what is free now, in whole pages: after large parts that nothing of their size
/// follows.
void give_freed_memory_back();

}  // namespace clip_classify
