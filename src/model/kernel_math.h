// Activation functions on vectors, for the kernels. Include vectors_avx2.h or vectors_avx512.h before: a file
// of kernels is compiled for one kind of CPU, so all of this stays inside it.
#pragma once

#include "model/pointwise.h"

namespace clip_classify {
namespace {

/// e^x for x up to 88, by a polynomial on [-ln2/2, ln2/2] (Cephes' expf), good to 2e-7.
inline Floats exponential_to_88(Floats x) {
  x = larger(x, all(-87.0F));
  const auto n = round_even(x * all(1.44269504F));
  auto r = fma(n, all(-0.693359375F), x);
  r = fma(n, all(2.12194440e-4F), r);
  auto p = all(1.9875691500e-4F);
  for (const float c :
       {1.3981999507e-3F, 8.3334519073e-3F, 4.1665795894e-2F, 1.6666665459e-1F, 5.0000001201e-1F}) {
    p = fma(p, r, all(c));
  }
  p = fma(p, r * r, r) + all(1.0F);
  return scaled(p, n);
}

inline Floats exponential(Floats x) {
  return exponential_to_88(smaller(x, all(88.0F)));
}

inline Floats times_sigmoid(Floats x, Floats of) {
  return quotient(x, all(1.0F) + exponential(flip_sign(of, all(-0.0F))));
}

/// (1 - erf z) e^(z^2) for t = 1 / (1 + 0.3275911 z), by Abramowitz and Stegun 7.1.26, good to 1.5e-7.
inline Floats erf_polynomial(Floats t) {
  auto p = all(1.061405429F);
  for (const float c : {-1.453152027F, 1.421413741F, -0.284496736F, 0.254829592F}) {
    p = fma(p, t, all(c));
  }
  return p * t;
}

/// x / 2 (1 + erf(x / sqrt 2))
inline Floats gelu(Floats x) {
  const auto sign = sign_bit(x);
  const auto z = flip_sign(x, sign) * all(0.70710678F);
  const auto t = quotient(all(1.0F), fma(z, all(0.3275911F), all(1.0F)));
  const auto square = flip_sign(z * z, all(-0.0F));
  const auto erf = all(1.0F) - erf_polynomial(t) * exponential_to_88(square);
  const auto half = x * all(0.5F);
  return fma(half, flip_sign(erf, sign), half);
}

/// 2 u for which gelu_tanh is x (1 + tanh u) / 2, which is x sigmoid(2 u).
inline Floats gelu_tanh_argument(Floats x) {
  const auto cubic = fma(x * x, all(0.044715F), all(1.0F));
  return x * cubic * all(2 * 0.79788456F);
}

inline Floats applied(Pointwise pointwise, Floats x) {
  switch (pointwise) {
    case Pointwise::none:
      return x;
    case Pointwise::gelu:
      return gelu(x);
    case Pointwise::gelu_tanh:
      return times_sigmoid(x, gelu_tanh_argument(x));
    case Pointwise::quick_gelu:
      return times_sigmoid(x, x * all(static_cast<float>(kQuickGelu)));
  }
  return x;
}

}  // namespace
}  // namespace clip_classify
