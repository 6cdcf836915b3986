// Panels of weights, for the vectors and numbers that kernel_tile.h is for.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace clip_classify {
namespace {

template <class Numbers>
constexpr int kPanel = (kLanes * Numbers::kVectors);

/// Turns eight rows of eight groups into columns, of which there is a row every `stride` groups.
inline void transpose(const __m256i* rows, std::uint32_t* to, std::int64_t stride, std::int64_t count) {
  __m256 pairs[8];
  __m256 fours[8];
  __m256 columns[8];
#pragma GCC unroll 4
  for (int row = 0; row < 8; row += 2) {
    const auto a = _mm256_castsi256_ps(rows[row]);
    const auto b = _mm256_castsi256_ps(rows[row + 1]);
    pairs[row] = _mm256_unpacklo_ps(a, b);
    pairs[row + 1] = _mm256_unpackhi_ps(a, b);
  }
#pragma GCC unroll 2
  for (int row = 0; row < 8; row += 4) {
    fours[row] = _mm256_shuffle_ps(pairs[row], pairs[row + 2], 0x44);
    fours[row + 1] = _mm256_shuffle_ps(pairs[row], pairs[row + 2], 0xEE);
    fours[row + 2] = _mm256_shuffle_ps(pairs[row + 1], pairs[row + 3], 0x44);
    fours[row + 3] = _mm256_shuffle_ps(pairs[row + 1], pairs[row + 3], 0xEE);
  }
#pragma GCC unroll 4
  for (int column = 0; column < 4; ++column) {
    columns[column] = _mm256_permute2f128_ps(fours[column], fours[column + 4], 0x20);
    columns[column + 4] = _mm256_permute2f128_ps(fours[column], fours[column + 4], 0x31);
  }
  for (std::int64_t column = 0; column < count; ++column) {
    _mm256_storeu_ps(reinterpret_cast<float*>(to + column * stride), columns[column]);
  }
}

template <class Numbers>
void make_panel(const float* weight, std::int64_t stride, int columns, std::int64_t groups,
                std::uint32_t* panel) {
  constexpr std::int64_t eight = 8;
  constexpr std::int64_t width = kPanel<Numbers>;
  const auto numbers = groups * Numbers::kGroup;
  for (int column = 0; column < width; column += eight) {
    for (std::int64_t group = 0; group < groups; group += eight) {
      __m256i rows[eight];
      for (int row = 0; row < eight; ++row) {
        const auto begin = group * Numbers::kGroup;
        const auto there = numbers - begin;
        float padded[eight * Numbers::kGroup] = {};
        const float* from = padded;
        if (column + row < columns) {
          from = weight + (column + row) * stride + begin;
          if (there < eight * Numbers::kGroup) {
            for (std::int64_t index = 0; index < there; ++index) {
              padded[index] = from[index];
            }
            from = padded;
          }
        }
        rows[row] = Numbers::eight(from);
      }
      transpose(rows, panel + group * width + column, width, groups - group < eight ? groups - group : eight);
    }
  }
}

/// Groups that are multiplied as they are.
template <class Numbers>
struct Made {
  static constexpr int kGroup = 1;
  static constexpr int kVectors = Numbers::kVectors;
  static __m256i eight(const float* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  }
};

template <class Numbers>
void arrange(const std::uint32_t* rows, std::int64_t stride, int columns, std::int64_t groups,
             std::uint32_t* panel) {
  make_panel<Made<Numbers>>(reinterpret_cast<const float*>(rows), stride, columns, groups, panel);
}

}  // namespace
}  // namespace clip_classify
