#include "model/sgemm.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#define FOR_AVX2 __attribute__((target("avx2,fma")))
#endif

namespace clip_classify {

#if defined(__x86_64__)
namespace {

constexpr int kRows = 6;                   // of a tile: 6 x 16 sums fill 12 of the 16 registers
constexpr std::int64_t kDepthBlock = 384;  // of a panel: 24 kB, in the first cache
constexpr std::int64_t kRowBlock = 192;    // of x: 288 kB, in the second

/// e^x by a polynomial on [-ln2/2, ln2/2] (Cephes' expf), good to 2e-7.
FOR_AVX2 inline __m256 exponential(__m256 x) {
  x = _mm256_min_ps(_mm256_max_ps(x, _mm256_set1_ps(-87.0F)), _mm256_set1_ps(88.0F));
  const auto n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504F)),
                                 _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  auto r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375F), x);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4F), r);
  auto p = _mm256_set1_ps(1.9875691500e-4F);
  for (const float c :
       {1.3981999507e-3F, 8.3334519073e-3F, 4.1665795894e-2F, 1.6666665459e-1F, 5.0000001201e-1F}) {
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(c));
  }
  p = _mm256_add_ps(_mm256_fmadd_ps(p, _mm256_mul_ps(r, r), r), _mm256_set1_ps(1.0F));
  const auto power = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
  return _mm256_mul_ps(p, _mm256_castsi256_ps(power));
}

FOR_AVX2 inline __m256 times_sigmoid(__m256 x, __m256 of) {
  const auto negative = _mm256_xor_ps(of, _mm256_set1_ps(-0.0F));
  return _mm256_div_ps(x, _mm256_add_ps(_mm256_set1_ps(1.0F), exponential(negative)));
}

/// x / 2 (1 + erf(x / sqrt 2)), erf by Abramowitz and Stegun 7.1.26, good to 1.5e-7.
FOR_AVX2 inline __m256 gelu(__m256 x) {
  const auto sign = _mm256_and_ps(x, _mm256_set1_ps(-0.0F));
  const auto z = _mm256_mul_ps(_mm256_xor_ps(x, sign), _mm256_set1_ps(0.70710678F));
  const auto one = _mm256_set1_ps(1.0F);
  const auto t = _mm256_div_ps(one, _mm256_fmadd_ps(z, _mm256_set1_ps(0.3275911F), one));
  auto p = _mm256_set1_ps(1.061405429F);
  for (const float c : {-1.453152027F, 1.421413741F, -0.284496736F, 0.254829592F}) {
    p = _mm256_fmadd_ps(p, t, _mm256_set1_ps(c));
  }
  const auto square = _mm256_xor_ps(_mm256_mul_ps(z, z), _mm256_set1_ps(-0.0F));
  const auto erf = _mm256_fnmadd_ps(_mm256_mul_ps(p, t), exponential(square), one);
  const auto half = _mm256_mul_ps(x, _mm256_set1_ps(0.5F));
  return _mm256_fmadd_ps(half, _mm256_xor_ps(erf, sign), half);
}

FOR_AVX2 inline __m256 applied(Pointwise pointwise, __m256 x) {
  switch (pointwise) {
    case Pointwise::none:
      return x;
    case Pointwise::gelu:
      return gelu(x);
    case Pointwise::gelu_tanh: {  // (1 + tanh u) / 2 is sigmoid(2 u)
      const auto cubic =
          _mm256_fmadd_ps(_mm256_mul_ps(x, x), _mm256_set1_ps(0.044715F), _mm256_set1_ps(1.0F));
      return times_sigmoid(x, _mm256_mul_ps(_mm256_mul_ps(x, cubic), _mm256_set1_ps(2 * 0.79788456F)));
    }
    case Pointwise::quick_gelu:
      return times_sigmoid(x, _mm256_mul_ps(x, _mm256_set1_ps(static_cast<float>(kQuickGelu))));
  }
  return x;
}

/// One tile of up to 6 rows and 16 columns over a block of depth.
struct Tile {
  const float* x;
  std::int64_t x_stride;
  const float* panel;
  std::int64_t depth;
  const float* bias;      ///< null but for the first block of depth
  const float* residual;  ///< null but for the last
  float* y;
  std::int64_t y_stride;
  int columns;
  bool last;
  Pointwise pointwise;
};

template <int Rows>
FOR_AVX2 void compute(const Tile& tile) {
  __m256 sums[Rows][2];
  float spare[Rows * WeightMatrix::kPanel];
  const bool whole = tile.columns == WeightMatrix::kPanel;
  float* y = whole ? tile.y : spare;
  const std::int64_t y_stride = whole ? tile.y_stride : WeightMatrix::kPanel;
  const auto copy_columns = [&](const float* from, std::int64_t from_stride, float* to,
                                std::int64_t to_stride) {
    for (int row = 0; row < Rows; ++row) {
      std::copy_n(from + row * from_stride, tile.columns, to + row * to_stride);
    }
  };
  if (tile.bias != nullptr) {
#pragma GCC unroll 6
    for (int row = 0; row < Rows; ++row) {
      sums[row][0] = _mm256_loadu_ps(tile.bias);
      sums[row][1] = _mm256_loadu_ps(tile.bias + 8);
    }
  } else {
    if (!whole) {
      copy_columns(tile.y, tile.y_stride, spare, WeightMatrix::kPanel);
    }
#pragma GCC unroll 6
    for (int row = 0; row < Rows; ++row) {
      sums[row][0] = _mm256_loadu_ps(y + row * y_stride);
      sums[row][1] = _mm256_loadu_ps(y + row * y_stride + 8);
    }
  }
  const float* panel = tile.panel;
  for (std::int64_t k = 0; k < tile.depth; ++k, panel += WeightMatrix::kPanel) {
    _mm_prefetch(reinterpret_cast<const char*>(panel + 8 * WeightMatrix::kPanel), _MM_HINT_T0);
    const auto left = _mm256_loadu_ps(panel);
    const auto right = _mm256_loadu_ps(panel + 8);
#pragma GCC unroll 6
    for (int row = 0; row < Rows; ++row) {
      const auto x = _mm256_broadcast_ss(tile.x + row * tile.x_stride + k);
      sums[row][0] = _mm256_fmadd_ps(x, left, sums[row][0]);
      sums[row][1] = _mm256_fmadd_ps(x, right, sums[row][1]);
    }
  }
  if (tile.last && tile.pointwise != Pointwise::none) {
#pragma GCC unroll 6
    for (int row = 0; row < Rows; ++row) {
      sums[row][0] = applied(tile.pointwise, sums[row][0]);
      sums[row][1] = applied(tile.pointwise, sums[row][1]);
    }
  }
#pragma GCC unroll 6
  for (int row = 0; row < Rows; ++row) {
    _mm256_storeu_ps(y + row * y_stride, sums[row][0]);
    _mm256_storeu_ps(y + row * y_stride + 8, sums[row][1]);
  }
  if (!whole) {
    copy_columns(spare, WeightMatrix::kPanel, tile.y, tile.y_stride);
  }
  if (tile.residual != nullptr) {
    for (int row = 0; row < Rows; ++row) {
      for (int column = 0; column < tile.columns; ++column) {
        tile.y[row * tile.y_stride + column] += tile.residual[row * tile.y_stride + column];
      }
    }
  }
}

FOR_AVX2 void compute(const Tile& tile, std::int64_t rows) {
  switch (rows) {
    case 1:
      return compute<1>(tile);
    case 2:
      return compute<2>(tile);
    case 3:
      return compute<3>(tile);
    case 4:
      return compute<4>(tile);
    case 5:
      return compute<5>(tile);
    default:
      return compute<kRows>(tile);
  }
}

/// Turns eight rows of eight floats into columns.
FOR_AVX2 inline void transpose(const float* from, std::int64_t stride, float* to, std::int64_t to_stride) {
  __m256 pairs[8];
  __m256 fours[8];
#pragma GCC unroll 4
  for (int row = 0; row < 8; row += 2) {
    const auto a = _mm256_loadu_ps(from + row * stride);
    const auto b = _mm256_loadu_ps(from + (row + 1) * stride);
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
    _mm256_storeu_ps(to + column * to_stride, _mm256_permute2f128_ps(fours[column], fours[column + 4], 0x20));
    _mm256_storeu_ps(to + (column + 4) * to_stride,
                     _mm256_permute2f128_ps(fours[column], fours[column + 4], 0x31));
  }
}

/// `depth` times 16 floats, from that many columns of 16 rows of a weight; zeros for rows that are not there.
FOR_AVX2 void make_panel(const float* weight, std::int64_t stride, std::int64_t rows, std::int64_t depth,
                         float* panel) {
  constexpr std::int64_t eight = 8;
  const auto whole = rows == WeightMatrix::kPanel ? depth / eight * eight : 0;
  for (std::int64_t k = 0; k < whole; k += eight) {
    transpose(weight + k, stride, panel + k * WeightMatrix::kPanel, WeightMatrix::kPanel);
    transpose(weight + eight * stride + k, stride, panel + k * WeightMatrix::kPanel + eight,
              WeightMatrix::kPanel);
  }
  for (std::int64_t k = whole; k < depth; ++k) {
    for (std::int64_t row = 0; row < WeightMatrix::kPanel; ++row) {
      panel[k * WeightMatrix::kPanel + row] = row < rows ? weight[row * stride + k] : 0.0F;
    }
  }
}

}  // namespace

bool WeightMatrix::is_for_this_cpu() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         !__builtin_cpu_supports("avx512f");
}

void WeightMatrix::multiply(const float* x, std::int64_t rows, Pointwise pointwise, const float* residual,
                            float* y, std::int64_t begin, std::int64_t end) const {
  // With a panel that is made only now, all rows are worked through, whether they stay in a cache or not.
  const auto row_block = weight_ == nullptr ? kRowBlock : rows;
  alignas(32) float made[kPanel * kDepthBlock];
  for (std::int64_t k = 0; k < depth_; k += kDepthBlock) {
    const auto depth = std::min(kDepthBlock, depth_ - k);
    const bool last = k + depth == depth_;
    for (std::int64_t block = 0; block < rows; block += row_block) {
      const auto block_end = std::min(rows, block + row_block);
      for (std::int64_t column = begin; column < end; column += kPanel) {
        const auto columns = std::min(kPanel, width_ - column);
        const float* panel = made;
        if (weight_ == nullptr) {
          panel = panels_.data() + column * depth_ + k * kPanel;
        } else {
          make_panel(weight_ + column * depth_ + k, depth_, columns, depth, made);
        }
        for (std::int64_t row = block; row < block_end; row += kRows) {
          const auto offset = row * width_ + column;
          compute({.x = x + row * depth_ + k,
                   .x_stride = depth_,
                   .panel = panel,
                   .depth = depth,
                   .bias = k == 0 ? bias_.data() + column : nullptr,
                   .residual = last && residual != nullptr ? residual + offset : nullptr,
                   .y = y + offset,
                   .y_stride = width_,
                   .columns = static_cast<int>(columns),
                   .last = last,
                   .pointwise = pointwise},
                  std::min<std::int64_t>(kRows, block_end - row));
        }
      }
    }
  }
}

void WeightMatrix::pack() {
  const auto padded = (width_ + kPanel - 1) / kPanel * kPanel;
  panels_.resize(static_cast<std::size_t>(padded * depth_));
  for (std::int64_t column = 0; column < width_; column += kPanel) {
    make_panel(weight_ + column * depth_, depth_, std::min(kPanel, width_ - column), depth_,
               panels_.data() + column * depth_);
  }
  weight_ = nullptr;
}

#else

bool WeightMatrix::is_for_this_cpu() {
  return false;
}

void WeightMatrix::multiply(const float*, std::int64_t, Pointwise, const float*, float*, std::int64_t,
                            std::int64_t) const {}

void WeightMatrix::pack() {}

#endif

WeightMatrix::WeightMatrix(const float* weight, const float* bias, std::int64_t width, std::int64_t depth)
    : width_(width),
      depth_(depth),
      weight_(weight),
      bias_(static_cast<std::size_t>((width + kPanel - 1) / kPanel * kPanel)) {
  if (bias != nullptr) {
    std::copy_n(bias, width, bias_.begin());
  }
}

}  // namespace clip_classify
