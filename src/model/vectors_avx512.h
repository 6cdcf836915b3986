// The vector instructions that kernel_tile.h is written in, as AVX-512 has them.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <initializer_list>

namespace clip_classify {
namespace {

using Floats = __m512;
using Mask = __mmask16;
constexpr int kLanes = 16;
constexpr bool kMasksCost = false;
// 24 sums, 4 vectors of weights and one of x, in 32 registers. (Measured on an Intel Xeon: with 14 rows and 2
// vectors, which read x twice as often, 5 % slower.)
constexpr int kFp32Rows = 6;
constexpr int kFp32Vectors = 4;

inline Floats all(float value) {
  return _mm512_set1_ps(value);
}
inline Floats load(const float* from) {
  return _mm512_loadu_ps(from);
}
/// Of the first `count` lanes, which may be any number.
inline Mask mask_of(int count) {
  return static_cast<Mask>(count <= 0 ? 0U : count >= kLanes ? 0xFFFFU : (1U << count) - 1);
}
inline Floats load(const float* from, Mask mask) {
  return _mm512_maskz_loadu_ps(mask, from);
}
inline void store(float* to, Floats x) {
  _mm512_storeu_ps(to, x);
}
inline void store(float* to, Floats x, Mask mask) {
  _mm512_mask_storeu_ps(to, mask, x);
}
/// a * b + c
inline Floats fma(Floats a, Floats b, Floats c) {
  return _mm512_fmadd_ps(a, b, c);
}
inline Floats smaller(Floats a, Floats b) {
  return _mm512_min_ps(a, b);
}
inline Floats larger(Floats a, Floats b) {
  return _mm512_max_ps(a, b);
}
inline Floats round_even(Floats x) {
  return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
inline Floats sign_bit(Floats x) {
  return _mm512_and_ps(x, all(-0.0F));
}
inline Floats flip_sign(Floats x, Floats sign) {
  return _mm512_xor_ps(x, sign);
}
/// x where the mask is set, else 0
inline Floats only(Floats x, Mask mask) {
  return _mm512_maskz_mov_ps(mask, x);
}
inline Floats load_or(const float* from, Mask mask, Floats other) {
  return _mm512_mask_loadu_ps(other, mask, from);
}
inline float largest_of(Floats x) {
  return _mm512_reduce_max_ps(x);
}
inline float sum_of(Floats x) {
  return _mm512_reduce_add_ps(x);
}
/// Whole numbers from 0 to 255.
inline void store_bytes(std::uint8_t* to, Floats x, Mask mask) {
  _mm512_mask_cvtepi32_storeu_epi8(to, mask, _mm512_cvtps_epi32(x));
}
/// To bf16, halves to the even number: only where the CPU has an instruction for it.
inline void store_rounded(std::uint16_t* to, Floats x, Mask mask) {
  _mm256_mask_storeu_epi16(to, mask, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x)));
}
/// x * 2^n for whole n
inline Floats scaled(Floats x, Floats n) {
  return _mm512_scalef_ps(x, n);
}
/// 2^x for any x but NaN, good to 4e-6.
inline Floats power_of_two(Floats x) {
  const auto part = _mm512_reduce_ps(x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
  auto p = all(0.0135341371F);
  for (const float c : {0.0520114899F, 0.241442763F, 0.693003826F, 1.00000259F}) {
    p = fma(p, part, all(c));
  }
  return _mm512_scalef_ps(p, x);
}
/// 1 / x, good to 6e-5
inline Floats about_one_over(Floats x) {
  return _mm512_rcp14_ps(x);
}
/// a / b, in the last place but one: an estimate and a step of Newton's, where a division takes the time of
/// ten other instructions.
inline Floats quotient(Floats a, Floats b) {
  const auto estimate = _mm512_rcp14_ps(b);
  return a * fma(estimate, _mm512_fnmadd_ps(b, estimate, all(1.0F)), estimate);
}

}  // namespace
}  // namespace clip_classify
