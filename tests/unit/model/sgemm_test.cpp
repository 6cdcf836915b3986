#include "model/sgemm.h"

#include <gtest/gtest.h>

#include <cmath>

namespace clip_classify {
namespace {

std::vector<float> wave(std::int64_t count, float step) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (std::size_t index = 0; index < values.size(); ++index) {
    values[index] = std::sin(static_cast<float>(index) * step) * 0.5F;
  }
  return values;
}

double applied(Pointwise pointwise, double x) {
  switch (pointwise) {
    case Pointwise::gelu:
      return x / 2 * (1 + std::erf(x / std::sqrt(2.0)));
    case Pointwise::gelu_tanh:
      return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case Pointwise::quick_gelu:
      return x / (1 + std::exp(-1.702 * x));
    default:
      return x;
  }
}

/// Rows, depth and width that fill no tile, one tile, and several blocks of each.
class Products : public testing::TestWithParam<std::tuple<int, int, int>> {};

TEST_P(Products, AreThoseOfDoubles) {
  if (!WeightMatrix::is_for_this_cpu()) {
    GTEST_SKIP() << "no AVX2 here, or AVX512, where libtorch's own products are used";
  }
  const auto [rows, depth, width] = GetParam();
  const auto x = wave(std::int64_t{rows} * depth, 0.37F);
  const auto weight = wave(std::int64_t{width} * depth, 0.73F);
  const auto bias = wave(width, 1.1F);
  const auto residual = wave(std::int64_t{rows} * width, 0.2F);
  WeightMatrix matrix(weight.data(), bias.data(), width, depth);
  WeightMatrix packed = matrix;
  packed.pack();
  for (const auto pointwise :
       {Pointwise::none, Pointwise::gelu, Pointwise::gelu_tanh, Pointwise::quick_gelu}) {
    for (const bool added : {false, true}) {
      std::vector<float> y(static_cast<std::size_t>(rows * width), NAN);
      const std::int64_t middle = width / 2 / WeightMatrix::kPanel * WeightMatrix::kPanel;
      const float* addend = added ? residual.data() : nullptr;
      packed.multiply(x.data(), rows, pointwise, addend, y.data(), 0, middle);
      packed.multiply(x.data(), rows, pointwise, addend, y.data(), middle, width);
      std::vector<float> unpacked(y.size(), NAN);
      matrix.multiply(x.data(), rows, pointwise, addend, unpacked.data(), 0, width);
      ASSERT_EQ(unpacked, y);
      std::vector<float> last(y.end() - width, y.end());
      packed.multiply(x.data() + (rows - 1) * depth, 1, pointwise,
                      added ? addend + (rows - 1) * width : nullptr, unpacked.data(), 0, width);
      unpacked.resize(last.size());
      ASSERT_EQ(unpacked, last);  // whichever rows it stands among
      for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < width; ++column) {
          double sum = bias[column];
          for (int k = 0; k < depth; ++k) {
            sum += static_cast<double>(x[row * depth + k]) * weight[column * depth + k];
          }
          const double expected = applied(pointwise, sum) + (added ? residual[row * width + column] : 0);
          ASSERT_NEAR(y[row * width + column], expected, 2e-5) << row << ", " << column;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, Products,
                         testing::Values(std::tuple(1, 1, 1), std::tuple(5, 40, 16), std::tuple(6, 384, 32),
                                         std::tuple(7, 385, 37), std::tuple(200, 50, 100),
                                         std::tuple(13, 1000, 20)));

TEST(WeightMatrix, LargeNumbersStayFinite) {
  if (!WeightMatrix::is_for_this_cpu()) {
    GTEST_SKIP();
  }
  const std::vector<float> weight(32, 1.0F);  // two columns of depth 16
  const WeightMatrix matrix(weight.data(), nullptr, 2, 16);
  for (const float value : {-1e4F, -5.0F, 0.0F, 5.0F, 1e4F}) {
    const std::vector<float> x(16, value);
    for (const auto pointwise : {Pointwise::gelu, Pointwise::gelu_tanh, Pointwise::quick_gelu}) {
      std::vector<float> y(2);
      matrix.multiply(x.data(), 1, pointwise, nullptr, y.data(), 0, 2);
      EXPECT_NEAR(y[1], applied(pointwise, 16.0 * value), 1e-5 * (1 + std::abs(16 * value)));
    }
  }
}

}  // namespace
}  // namespace clip_classify
