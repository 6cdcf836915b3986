// For CPUs with AVX2 and FMA, and compiled for them: nothing here may be run, nor any library's inline
// function be compiled here, that others use.
#include "model/vectors_avx2.h"
// clang-format off: the tile needs the vectors
#include "model/kernel_tile.h"
// clang-format on

namespace clip_classify {

// A panel's block is 24 kB, in the first cache; x's is 288 kB, in the second.
extern const Kernels kAvx2Fp32 = kernels_of<Fp32>(384, 192);

}  // namespace clip_classify
