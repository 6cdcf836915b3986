// What tests of kernels share: those that there are, and numbers for them.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "clip_classify/manifest.h"
#include "model/kernels.h"

namespace clip_classify {

inline std::vector<float> wave(std::int64_t count, float step) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (std::size_t index = 0; index < values.size(); ++index) {
    values[index] = std::sin(static_cast<float>(index) * step) * 0.5F;
  }
  return values;
}

inline float bf16(float value) {
  auto bits = std::bit_cast<std::uint32_t>(value);
  bits += 0x7FFFU + (bits >> 16 & 1U);
  return std::bit_cast<float>(bits & 0xFFFF0000U);
}

inline float from_bf16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

struct KernelCase {
  std::string name;
  Precision precision;
  const Kernels* kernels;
  bool narrowest = false;  ///< of its precision: every CPU that has any has these
};

inline bool runs_here(const KernelCase& tried) {
  const auto* chosen = kernels_for(tried.precision);
  return chosen == tried.kernels || (chosen != nullptr && tried.narrowest);
}

inline std::vector<KernelCase> kernel_cases() {
#if defined(__x86_64__)
  return {{"avx2_fp32", Precision::fp32, &kAvx2Fp32, true},
          {"avx512_fp32", Precision::fp32, &kAvx512Fp32},
          {"avx512_bf16", Precision::bf16, &kAvx512Bf16, true},
          {"avx512_int8", Precision::int8, &kAvx512Int8, true},
          {"amx_bf16", Precision::bf16, &kAmxBf16},
          {"amx_int8", Precision::int8, &kAmxInt8}};
#else
  return {};
#endif
}

}  // namespace clip_classify
