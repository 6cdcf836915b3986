#include "model/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/kernel_cases.h"
#include "model/weight_matrix.h"

namespace clip_classify {
namespace {

/// Rows that end in, before and after a vector, and in the middle of a pair.
class Kernel : public testing::TestWithParam<std::tuple<KernelCase, int>> {
 protected:
  void SetUp() override {
    const auto& tried = std::get<0>(GetParam());
    kernels_ = tried.kernels;
    count_ = std::get<1>(GetParam());
    if (!runs_here(tried)) {
      GTEST_SKIP() << "not run: this CPU has no instructions for " << tried.name;
    }
  }

  const Kernels* kernels_ = nullptr;
  int count_ = 0;
};

TEST_P(Kernel, ExponentialsAreThoseOfDoubles) {
  if (kernels_->exponentials == nullptr) {
    EXPECT_EQ(kernels_->group, 4);
    return;
  }
  const bool rounded = kernels_->group == 2;
  constexpr float scale = 0.125F;
  for (const float size : {1.0F, 100.0F, 1e5F}) {
    auto x = wave(count_, 0.9F);
    for (auto& value : x) {
      value *= size;
    }
    const double most = *std::ranges::max_element(x);
    std::vector<double> expected;
    for (const float value : x) {
      expected.push_back(std::exp((value - most) * scale));
    }
    const double sum = std::accumulate(expected.begin(), expected.end(), 0.0);
    x.resize(x.size() + 2, NAN);
    const double factor = kernels_->exponentials(x.data(), count_, scale);
    EXPECT_NEAR(factor * sum, 1, 1e-5 * (1 + size / 100));
    const auto* pairs = reinterpret_cast<const std::uint16_t*>(x.data());
    for (int index = 0; index < count_; ++index) {
      const double found = rounded ? from_bf16(pairs[index]) : x[index];
      EXPECT_NEAR(found, expected[index], 1e-5 * (1 + size / 100) + (rounded ? expected[index] / 256 : 0))
          << index;
    }
    if (rounded && count_ % 2 == 1) {
      EXPECT_EQ(pairs[count_], 0);
    }
    EXPECT_TRUE(std::isnan(x[static_cast<std::size_t>(count_)]));
  }
}

TEST_P(Kernel, LayerNormIsThatOfDoubles) {
  const auto x = wave(count_, 0.9F);
  const auto weight = wave(count_, 0.4F);
  const auto bias = wave(count_, 0.3F);
  double mean = 0;
  double variance = 0;
  for (const float value : x) {
    mean += value / static_cast<double>(count_);
  }
  for (const float value : x) {
    variance += (value - mean) * (value - mean) / count_;
  }
  std::vector<float> y(x.size() + 1, NAN);
  kernels_->layer_norm(x.data(), count_, weight.data(), bias.data(), 1e-5F, y.data());
  for (int index = 0; index < count_; ++index) {
    const double expected = (x[index] - mean) / std::sqrt(variance + 1e-5) * weight[index] + bias[index];
    EXPECT_NEAR(y[index], expected, 1e-5) << index;
  }
  EXPECT_TRUE(std::isnan(y.back()));
}

TEST_P(Kernel, RowsHaveAFactorAndADistance) {
  constexpr int rows = 17;
  constexpr int width = 40;
  const auto depth = std::int64_t{count_} * kernels_->group;
  auto weight = wave(width * depth, 0.73F);
  std::ranges::for_each(weight, [](float& value) { value = std::nearbyint(value * 254); });
  const std::vector<float> scale(kernels_->group == 4 ? width : 0, 1.0F);
  WeightMatrix matrix(*kernels_, weight.data(), width, depth, {}, scale);
  matrix.pack();
  const std::int64_t stride = count_ + 3;
  // 0x3F803F80 is twice 1 in bf16 and about 1 in fp32; as bytes, it is some numbers.
  std::vector<std::uint32_t> apart(static_cast<std::size_t>(rows * stride), 0xFFFFFFFF);
  std::vector<std::uint32_t> together;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t group = 0; group < count_; ++group) {
      const auto bits = (row + group) % 3 == 0 ? 0U : 0x3F803F80U;
      apart[static_cast<std::size_t>(row * stride + group)] = bits;
      together.push_back(bits);
    }
  }
  std::vector<float> expected(rows * width, NAN);
  auto y = expected;
  matrix.multiply({together.data(), rows, count_}, {.y = expected.data()}, 0, width);
  matrix.multiply({apart.data(), rows, stride}, {.y = y.data()}, 0, width);
  EXPECT_EQ(y, expected);

  const std::int64_t common = std::min<std::int64_t>(width, kernels_->panel);
  std::vector<std::uint32_t> panel(static_cast<std::size_t>(kernels_->panel * count_));
  const auto columns = static_cast<int>(common);
  kernels_->make_panel(weight.data(), depth, columns, count_, panel.data());
  const std::vector<float> zeros(static_cast<std::size_t>(kernels_->panel), 0.0F);
  const std::vector<float> ones(zeros.size(), 1.0F);
  const auto factors = wave(rows, 0.8F);
  std::vector<float> scaled(static_cast<std::size_t>(rows * kernels_->panel), NAN);
  kernels_->compute({.x = apart.data(),
                     .x_stride = stride,
                     .panel = panel.data(),
                     .groups = count_,
                     .scale = ones.data(),
                     .row_scale = factors.data(),
                     .bias = zeros.data(),
                     .y = scaled.data(),
                     .y_stride = kernels_->panel,
                     .columns = kernels_->panel},
                    rows);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < common; ++column) {
      EXPECT_EQ(scaled[row * kernels_->panel + column], expected[row * width + column] * factors[row]);
    }
  }
}

TEST_P(Kernel, GroupsAreArrangedAsPanelsHoldThem) {
  constexpr std::uint32_t thousand = 1000;
  const std::int64_t columns = kernels_->panel - 1;
  const std::int64_t stride = count_ + 3;
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(columns * stride));
  std::vector<std::uint32_t> expected(static_cast<std::size_t>(kernels_->panel * count_));
  for (int column = 0; column < columns; ++column) {
    for (int group = 0; group < count_; ++group) {
      const auto number = static_cast<std::uint32_t>(column) * thousand + static_cast<std::uint32_t>(group);
      rows[static_cast<std::size_t>(column * stride + group)] = number;
      expected[static_cast<std::size_t>(std::int64_t{group} * kernels_->panel + column)] = number;
    }
  }
  auto panel = std::vector<std::uint32_t>(expected.size(), 1);
  kernels_->arrange(rows.data(), stride, kernels_->panel - 1, count_, panel.data());
  EXPECT_EQ(panel, expected);
}

INSTANTIATE_TEST_SUITE_P(Counts, Kernel,
                         testing::Combine(testing::ValuesIn(kernel_cases()),
                                          testing::Values(1, 2, 7, 15, 16, 17, 50, 257)),
                         [](const auto& info) {
                           return std::get<0>(info.param).name + "_" +
                                  std::to_string(std::get<1>(info.param));
                         });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Kernel);

}  // namespace
}  // namespace clip_classify
