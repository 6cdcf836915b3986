// For CPUs with AVX-512, and compiled for them (see kernels_avx2.cpp).
#include "model/vectors_avx512.h"
// clang-format off: the tile needs the vectors
#include "model/kernel_tile.h"
#include "model/numbers_avx512.h"
// clang-format on

namespace clip_classify {
namespace {

constexpr std::int64_t kWhole = std::int64_t{1} << 40;  // the second cache holds a panel, and streams x

}  // namespace

extern const Kernels kAvx512Fp32 = kernels_of<Fp32>(kWhole, kWhole);
extern const Kernels kAvx512Bf16 = kernels_of<Bf16>(kWhole, kWhole, round_bf16);
extern const Kernels kAvx512Int8 = kernels_of<Int8>(kWhole, kWhole);

}  // namespace clip_classify
