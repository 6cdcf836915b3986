#include "model/weight_matrix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <stdexcept>
#include <string>

#include "model/kernel_cases.h"
#include "model/thread_team.h"

namespace clip_classify {
namespace {

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
class Products : public testing::TestWithParam<std::tuple<KernelCase, std::tuple<int, int, int>>> {
 protected:
  void SetUp() override {
    if (!runs_here(std::get<0>(GetParam()))) {
      GTEST_SKIP() << "not run: this CPU has no instructions for " << std::get<0>(GetParam()).name;
    }
  }
};

TEST_P(Products, AreThoseOfDoubles) {
  const auto& kernels = *std::get<0>(GetParam()).kernels;
  const auto [rows, groups, width] = std::get<1>(GetParam());
  const std::int64_t depth = std::int64_t{groups} * kernels.group;
  const bool bytes = kernels.group == 4;
  auto x = wave(rows * depth, 0.37F);
  auto weight = wave(width * depth, 0.73F);
  std::vector<std::uint8_t> x_bytes;
  std::vector<std::uint16_t> x_bf16(x.size());
  std::vector<float> scale;
  const void* numbers = x.data();
  if (bytes) {
    for (auto& value : x) {
      value = std::round((value + 0.5F) * 255);
      x_bytes.push_back(static_cast<std::uint8_t>(value));
    }
    numbers = x_bytes.data();
    for (auto& value : weight) {
      value = std::nearbyint(value * 254);
    }
    scale.resize(static_cast<std::size_t>(width), 1.0F / 254 / 255);
  } else if (kernels.round != nullptr) {
    kernels.round(x.data(), std::ssize(x), x_bf16.data());
    numbers = x_bf16.data();
    for (auto& value : x) {
      value = bf16(value);
    }
  }
  const auto bias = wave(width, 1.1F);
  const auto residual = wave(std::int64_t{rows} * width, 0.2F);
  WeightMatrix matrix(kernels, weight.data(), width, depth, bias, scale);
  WeightMatrix packed = matrix;
  packed.pack();
  const auto exact = [&](int row, int column) {
    double sum = 0;
    for (std::int64_t k = 0; k < depth; ++k) {
      const float w = weight[column * depth + k];
      sum += static_cast<double>(x[row * depth + k]) * (bytes                      ? w / 254.0 / 255
                                                        : kernels.round != nullptr ? bf16(w)
                                                                                   : w);
    }
    return sum + bias[column];
  };
  for (const auto pointwise :
       {Pointwise::none, Pointwise::gelu, Pointwise::gelu_tanh, Pointwise::quick_gelu}) {
    for (const bool added : {false, true}) {
      std::vector<float> y(static_cast<std::size_t>(rows * width), NAN);
      const std::int64_t middle = width / 2 / packed.panel() * packed.panel();
      Product product{.pointwise = pointwise, .residual = added ? residual.data() : nullptr, .y = y.data()};
      packed.multiply({numbers, rows, groups}, product, 0, middle);
      packed.multiply({numbers, rows, groups}, product, middle, width);
      std::vector<float> unpacked(y.size(), NAN);
      product.y = unpacked.data();
      matrix.multiply({numbers, rows, groups}, product, 0, width);
      ASSERT_EQ(unpacked, y);
      const std::vector<float> last(y.end() - width, y.end());
      if (product.residual != nullptr) {
        product.residual += (rows - 1) * width;
      }
      packed.multiply({static_cast<const std::uint32_t*>(numbers) + (rows - 1) * groups, 1, groups}, product,
                      0, width);
      unpacked.resize(last.size());
      ASSERT_EQ(unpacked, last);  // whichever rows it stands among
      for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < width; ++column) {
          const double expected =
              applied(pointwise, exact(row, column)) + (added ? residual[row * width + column] : 0);
          // Activations are as exact as what is made of them next: fp32, or bf16 and bytes.
          const bool roughly = kernels.group > 1 && pointwise != Pointwise::none;
          ASSERT_NEAR(y[row * width + column], expected, 2e-5 + (roughly ? 1e-4 * std::abs(expected) : 0))
              << row << ", " << column;
        }
      }
    }
  }
  if (kernels.group > 1 && kernels_for(Precision::bf16) != nullptr) {
    std::vector<std::uint16_t> y(static_cast<std::size_t>(rows * width));
    packed.multiply({numbers, rows, groups}, {.rounded = y.data()}, 0, width);
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < width; ++column) {
        const double expected = exact(row, column);
        ASSERT_NEAR(from_bf16(y[row * width + column]), expected, 2e-5 + std::abs(expected) / 256);
      }
    }
  }
  if (bytes) {
    std::vector<std::uint8_t> y(static_cast<std::size_t>(rows * width));
    packed.multiply({numbers, rows, groups}, {.bytes = y.data(), .byte_factor = 20, .byte_zero = 100}, 0,
                    width);
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < width; ++column) {
        const double expected = std::clamp(exact(row, column) * 20 + 100, 0.0, 255.0);
        ASSERT_NEAR(y[row * width + column], expected, 0.501) << row << ", " << column;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, Products,
    testing::Combine(testing::ValuesIn(kernel_cases()),
                     testing::Values(std::tuple(1, 1, 1), std::tuple(5, 40, 16), std::tuple(6, 384, 32),
                                     std::tuple(14, 8, 64), std::tuple(7, 385, 37), std::tuple(200, 50, 100),
                                     std::tuple(29, 1000, 20), std::tuple(300, 1100, 40))),
    [](const auto& info) { return std::get<0>(info.param).name + "_" + std::to_string(info.index); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Products);

TEST(WeightMatrix, LargeNumbersStayFinite) {
  const auto* kernels = kernels_for(Precision::fp32);
  if (kernels == nullptr) {
    GTEST_SKIP() << "not run: this CPU has none of the instructions";
  }
  const std::vector<float> weight(32, 1.0F);  // two columns of depth 16
  const WeightMatrix matrix(*kernels, weight.data(), 2, 16, {});
  for (const float value : {-1e4F, -5.0F, 0.0F, 5.0F, 1e4F}) {
    const std::vector<float> x(16, value);
    for (const auto pointwise : {Pointwise::gelu, Pointwise::gelu_tanh, Pointwise::quick_gelu}) {
      std::vector<float> y(2);
      matrix.multiply({x.data(), 1, matrix.groups()}, {.pointwise = pointwise, .y = y.data()}, 0, 2);
      EXPECT_NEAR(y[1], applied(pointwise, 16.0 * value), 1e-5 * (1 + std::abs(16 * value)));
    }
  }
}

TEST(ThreadTeam, DoesAllPartsEachTime) {
  for (const int size : {1, 2, 5}) {
    ThreadTeam team(size);
    const TeamScope scope(&team);
    for (int turn = 0; turn < 200; ++turn) {
      if (turn % 50 == 49) {  // long enough for the others to fall asleep
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
      std::vector<int> done(static_cast<std::size_t>(turn % 7));
      share_out(std::ssize(done), [&](std::int64_t begin, std::int64_t end) {
        for (auto index = begin; index < end; ++index) {
          ++done[static_cast<std::size_t>(index)];
        }
      });
      ASSERT_EQ(done, std::vector<int>(done.size(), 1));
    }
  }
}

TEST(ThreadTeam, ThrowsWhatAPartThrewWhenAllAreDone) {
  ThreadTeam team(3);
  for (int thrower = 0; thrower < 3; ++thrower) {
    std::atomic<int> done = 0;
    const auto work = [&](int part) {
      ++done;
      if (part == thrower) {
        throw std::runtime_error("part " + std::to_string(part));
      }
    };
    EXPECT_THROW(team.run(work), std::runtime_error);
    EXPECT_EQ(done, 3);
    team.run([&](int) { --done; });
    EXPECT_EQ(done, 0);
  }
}

TEST(ThreadTeam, IsOnlyInItsScope) {
  int calls = 0;
  share_out(8, [&](std::int64_t begin, std::int64_t end) { calls += begin == 0 && end == 8 ? 1 : 100; });
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace clip_classify
