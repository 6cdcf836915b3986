// Rows of floats: embeddings of images, texts or labels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace clip_classify {

/// `rows` rows of `width` floats, row-major, owned.
struct Matrix {
  std::size_t rows = 0;
  std::size_t width = 0;
  std::vector<float> values;

  std::span<const float> row(std::size_t index) const {
    return std::span(values).subspan(index * width, width);
  }
  std::span<float> row(std::size_t index) { return std::span(values).subspan(index * width, width); }
};

/// Scales a vector to length 1 (a vector of zeros stays as it is).
void normalize(std::span<float> vector);

/// Numbers of 16 bits (IEEE 754 binary16), as bits: the nearest one, ties to even, and back.
std::uint16_t to_half(float value);
float from_half(std::uint16_t bits);

/// The dot product, summed in double precision. Both have the same length.
double dot(std::span<const float> a, std::span<const float> b);

}  // namespace clip_classify
