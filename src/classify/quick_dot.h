// A dot product in floats, to pass over what is far from being near.
#pragma once

#include <cstddef>
#include <span>

namespace clip_classify {

/// Within quick_dot_error() of dot() for unit vectors, and many times faster. Both have the same length.
float quick_dot(std::span<const float> a, std::span<const float> b);

/// Bounds what rounding does to a sum of `width` products in any order (Higham, Accuracy and Stability of
/// Numerical Algorithms, section 3.1) where the sum of their sizes is at most 1.
constexpr double quick_dot_error(std::size_t width) {
  return static_cast<double>(width + 1) * 0x1p-23;
}

}  // namespace clip_classify
