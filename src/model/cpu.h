// What the CPU at hand computes fast, and how libtorch's OpenMP threads wait on it.
#pragma once

namespace clip_classify {

/// Whether matrix products in bf16 have instructions of their own (AVX512-BF16, AMX).
bool cpu_has_bf16();

/// Whether int8 products are summed exactly in 32 bits (VNNI). Without it sums of two saturate at 16 bits.
bool cpu_has_vnni();

/// Whether there are AMX's tiles of bf16 and int8, and the system lets this process use them: Linux wants to
/// be asked, since each thread that does keeps 8 KiB more (Documentation/arch/x86/xstate.rst of the kernel).
bool cpu_lets_use_amx();

/// Whether `threads` busy threads would have to share cores with what the machine runs besides. Where the
/// system does not tell: yes.
bool cores_are_contended(int threads);

/// Lets OpenMP's threads sleep soon after each operator, for good. By default they spin for milliseconds,
/// which costs nothing on idle cores (and a third less time for one image), but where other processes want
/// the cores an image waits for a core a hundred times: 4 s in place of 0.3.
void let_openmp_threads_sleep();

}  // namespace clip_classify
