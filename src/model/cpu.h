// What the CPU at hand computes fast, and how libtorch's OpenMP threads wait on it.
#pragma once

namespace clip_classify {

/// Whether matrix products in bf16 have instructions of their own (AVX512-BF16, AMX).
bool cpu_has_bf16();

/// Whether int8 products are summed exactly in 32 bits (VNNI). Without it sums of two saturate at 16 bits.
bool cpu_has_vnni();

/// Lets OpenMP's threads sleep soon after each operator. By default they spin for milliseconds, which beside
/// another busy process made an image take seven times as long.
void let_openmp_threads_sleep();

}  // namespace clip_classify
