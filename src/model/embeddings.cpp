#include "clip_classify/embeddings.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace clip_classify {

double dot(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0, std::plus<>(),
                            [](float x, float y) { return static_cast<double>(x) * y; });
}

std::uint16_t to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16U) & 0x8000U);
  const auto magnitude = std::bit_cast<float>(bits & 0x7fffffffU);
  if (std::isnan(value)) {
    return sign | 0x7e00U;
  }
  if (magnitude >= 65520.0F) {  // half way to what would be the next one
    return sign | 0x7c00U;
  }
  // Adding a power of two whose last digit is worth as much as the result's makes the sum round as wanted.
  const int exponent = std::max(std::ilogb(std::max(magnitude, 0x1p-14F)), -14);
  const float round = std::ldexp(1.5F, exponent + 13);
  const float rounded = (magnitude + round) - round;
  const auto digits = static_cast<std::uint32_t>(std::ldexp(rounded, 10 - exponent));
  return static_cast<std::uint16_t>(sign | (digits + (static_cast<std::uint32_t>(exponent + 14) << 10U)));
}

float from_half(std::uint16_t bits) {
  const int exponent = (bits >> 10U) & 0x1f;
  const auto digits = static_cast<float>(bits & 0x3ffU);
  const float magnitude = exponent == 0x1f ? (digits == 0 ? HUGE_VALF : NAN)
                          : exponent == 0  ? std::ldexp(digits, -24)
                                           : std::ldexp(digits + 1024, exponent - 25);
  return (bits & 0x8000U) != 0 ? -magnitude : magnitude;
}

void normalize(std::span<float> vector) {
  const double length = std::sqrt(dot(vector, vector));
  if (length > 0) {
    for (float& value : vector) {
      value = static_cast<float>(value / length);
    }
  }
}

}  // namespace clip_classify
