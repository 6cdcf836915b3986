#include "model/kernels.h"

namespace clip_classify {

void compute_rows(const Kernels& kernels, const Tile& first, std::int64_t rows) {
  const auto tiles = (rows + kernels.rows - 1) / kernels.rows;
  for (std::int64_t index = 0; index < tiles; ++index) {
    const auto row = rows * index / tiles;
    const auto place = row * first.y_stride;
    auto tile = first;
    tile.x += row * first.x_stride;
    tile.row_scale = first.row_scale == nullptr ? nullptr : first.row_scale + row;
    tile.residual = first.residual == nullptr ? nullptr : first.residual + place;
    tile.y = first.y == nullptr ? nullptr : first.y + place;
    tile.rounded = first.rounded == nullptr ? nullptr : first.rounded + place;
    tile.bytes = first.bytes == nullptr ? nullptr : first.bytes + place;
    kernels.compute(tile, static_cast<int>(rows * (index + 1) / tiles - row));
  }
}

const Kernels* kernels_for(Precision precision) {
#if defined(__x86_64__)
  const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  switch (precision) {
    case Precision::fp32:
      if (wide) {
        return &kAvx512Fp32;
      }
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kAvx2Fp32 : nullptr;
    case Precision::bf16:  // AMX multiplies many times faster, and oneDNN knows how
      return wide && __builtin_cpu_supports("avx512bf16") && !__builtin_cpu_supports("amx-bf16")
                 ? &kAvx512Bf16
                 : nullptr;
    case Precision::int8:
      return wide && __builtin_cpu_supports("avx512vnni") && !__builtin_cpu_supports("amx-int8")
                 ? &kAvx512Int8
                 : nullptr;
    case Precision::fp16:
      return nullptr;
  }
#endif
  static_cast<void>(precision);
  return nullptr;
}

}  // namespace clip_classify
