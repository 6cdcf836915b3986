// The vector instructions that kernel_tile.h is written in, as AVX2 has them.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace clip_classify {
namespace {

using Floats = __m256;
using Mask = __m256i;
constexpr int kLanes = 8;
constexpr bool kMasksCost = true;  // many cycles
// 12 sums, 2 vectors of weights and one of x, in 16 registers
constexpr int kFp32Rows = 6;
constexpr int kFp32Vectors = 2;

inline Floats all(float value) {
  return _mm256_set1_ps(value);
}
inline Floats load(const float* from) {
  return _mm256_loadu_ps(from);
}
/// Of the first `count` lanes, which may be any number.
inline Mask mask_of(int count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
inline Floats load(const float* from, Mask mask) {
  return _mm256_maskload_ps(from, mask);
}
inline void store(float* to, Floats x) {
  _mm256_storeu_ps(to, x);
}
inline void store(float* to, Floats x, Mask mask) {
  _mm256_maskstore_ps(to, mask, x);
}
/// a * b + c
inline Floats fma(Floats a, Floats b, Floats c) {
  return _mm256_fmadd_ps(a, b, c);
}
inline Floats smaller(Floats a, Floats b) {
  return _mm256_min_ps(a, b);
}
inline Floats larger(Floats a, Floats b) {
  return _mm256_max_ps(a, b);
}
inline Floats round_even(Floats x) {
  return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
inline Floats sign_bit(Floats x) {
  return _mm256_and_ps(x, all(-0.0F));
}
inline Floats flip_sign(Floats x, Floats sign) {
  return _mm256_xor_ps(x, sign);
}
/// x where the mask is set, else 0
inline Floats only(Floats x, Mask mask) {
  return _mm256_and_ps(x, _mm256_castsi256_ps(mask));
}
inline Floats load_or(const float* from, Mask mask, Floats other) {
  return _mm256_blendv_ps(other, load(from, mask), _mm256_castsi256_ps(mask));
}
inline float largest_of(Floats x) {
  auto four = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
  four = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(four, _mm_movehdup_ps(four)));
}
inline float sum_of(Floats x) {
  auto four = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
  four = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
}
/// Whole numbers from 0 to 255.
inline void store_bytes(std::uint8_t* to, Floats x, Mask mask) {
  alignas(32) int numbers[kLanes];
  alignas(32) int wanted[kLanes];
  _mm256_store_si256(reinterpret_cast<__m256i*>(numbers), _mm256_cvtps_epi32(x));
  _mm256_store_si256(reinterpret_cast<__m256i*>(wanted), mask);
  for (int lane = 0; lane < kLanes; ++lane) {
    if (wanted[lane] != 0) {
      to[lane] = static_cast<std::uint8_t>(numbers[lane]);
    }
  }
}
/// x * 2^n for whole n from -126 to 127
inline Floats scaled(Floats x, Floats n) {
  return x * _mm256_castsi256_ps(
                 _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23));
}
inline Floats quotient(Floats a, Floats b) {
  return a / b;
}

}  // namespace
}  // namespace clip_classify
