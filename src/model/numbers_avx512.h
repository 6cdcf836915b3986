// bf16 and int8 for the kernels, as AVX-512 has them. Include vectors_avx512.h and kernel_tile.h before.
#pragma once

#include "model/kernel_tile.h"

namespace clip_classify {
namespace {

constexpr float kLog2E = 1.44269504F;

// 28 sums, 2 vectors of weights and one of x, in 32 registers; and as many columns as AMX has in two tiles.
constexpr int kNarrowRows = 14;
constexpr int kNarrowVectors = 2;

/// x sigmoid(factor of), good to 1e-4 of it.
inline Floats times_about_sigmoid(Floats x, Floats of, float factor) {
  return x * about_one_over(all(1.0F) + power_of_two(of * all(-kLog2E * factor)));
}

/// applied() to numbers that are rounded to bf16 or bytes next: good to 1e-4.
inline Floats about_applied(Pointwise pointwise, Floats x) {
  switch (pointwise) {
    case Pointwise::none:
      return x;
    case Pointwise::gelu: {  // as in gelu()
      const auto sign = sign_bit(x);
      const auto z = flip_sign(x, sign) * all(0.70710678F);
      const auto t = about_one_over(fma(z, all(0.3275911F), all(1.0F)));
      const auto erf = all(1.0F) - erf_polynomial(t) * power_of_two(z * z * all(-kLog2E));
      const auto half = x * all(0.5F);
      return fma(half, flip_sign(erf, sign), half);
    }
    case Pointwise::gelu_tanh:
      return times_about_sigmoid(x, gelu_tanh_argument(x), 1);
    case Pointwise::quick_gelu:
      return times_about_sigmoid(x, x, static_cast<float>(kQuickGelu));
  }
  return x;
}

/// Products of pairs, summed in fp32.
struct Bf16 : Fp32 {
  static constexpr int kGroup = 2;
  static constexpr int kRows = kNarrowRows;
  static constexpr int kVectors = kNarrowVectors;
  static Sums add(Sums sums, Floats x, Floats w) {
    return _mm512_dpbf16_ps(sums, reinterpret_cast<__m512bh>(x), reinterpret_cast<__m512bh>(w));
  }
  static Floats applied(Pointwise pointwise, Floats x) { return about_applied(pointwise, x); }
  static constexpr float kPower = kLog2E;
  static Floats power(Floats x) { return power_of_two(x); }
  static __m256i eight(const float* from) {
    return reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(load(from)));
  }
  static void put(float* row, std::int64_t count, std::int64_t index, Floats numbers) {
    store_rounded(reinterpret_cast<std::uint16_t*>(row) + index, numbers,
                  mask_to(count + count % kGroup, index));
  }
};

void round_bf16(const float* from, std::int64_t count, std::uint16_t* to) {
  in_vectors(count, [&](std::int64_t index, Mask mask) {
    store_rounded(to + index, load(from + index, mask), mask);
  });
}

/// Unsigned x times signed weights, summed in 32 bits.
struct Int8 {
  using Sums = __m512i;
  static constexpr int kGroup = 4;
  static constexpr int kRows = kNarrowRows;
  static constexpr int kVectors = kNarrowVectors;
  static Sums zero() { return _mm512_setzero_si512(); }
  static Sums from(Floats x) { return _mm512_castps_si512(x); }
  static Floats to(Sums x) { return _mm512_castsi512_ps(x); }
  static __m512i weights(const std::uint32_t* panel) { return _mm512_loadu_si512(panel); }
  static __m512i everywhere(const std::uint32_t* x) { return _mm512_set1_epi32(static_cast<int>(*x)); }
  static Sums add(Sums sums, __m512i x, __m512i w) { return _mm512_dpbusd_epi32(sums, x, w); }
  static Floats result(Sums sums, const float* scale, Floats bias) {
    return fma(_mm512_cvtepi32_ps(sums), load(scale), bias);
  }
  static Floats applied(Pointwise pointwise, Floats x) { return about_applied(pointwise, x); }
  static __m256i eight(const float* from) {
    const auto bytes = [](const float* part) {
      return _mm512_cvtsepi32_epi8(_mm512_cvtps_epi32(load(part)));
    };
    return _mm256_set_m128i(bytes(from + kLanes), bytes(from));
  }
};

}  // namespace
}  // namespace clip_classify
