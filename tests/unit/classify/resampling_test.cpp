#include "clip_classify/resampling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "clip_classify/error.h"

namespace clip_classify {
namespace {

/// The mean of some numbers.
Measure mean_of(const std::vector<double>& numbers) {
  return {{Figure::top_1}, [numbers](std::span<const std::uint32_t> times) {
            const double sum = std::inner_product(numbers.begin(), numbers.end(), times.begin(), 0.0);
            return std::vector{sum / std::accumulate(times.begin(), times.end(), 0.0)};
          }};
}

std::vector<std::size_t> up_to(std::size_t count) {
  std::vector<std::size_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  return numbers;
}

TEST(Resample, IntervalOfAShareIsThatOfTheBinomial) {
  std::vector<double> right(400, 0.0);
  std::fill_n(right.begin(), 320, 1.0);
  const auto sampled = resample(mean_of(right), up_to(400), 400, 4000, 1);
  EXPECT_DOUBLE_EQ(sampled.values[0], 0.8);
  ASSERT_EQ(sampled.replicates[0].size(), 4000U);
  const auto interval = percentile_interval(sampled.replicates[0], 0.95);
  const double half = 1.96 * std::sqrt(0.8 * 0.2 / 400);
  EXPECT_NEAR(interval.low, 0.8 - half, 0.004);
  EXPECT_NEAR(interval.high, 0.8 + half, 0.004);
}

TEST(Resample, TheSameSeedDrawsTheSameImages) {
  const auto measure = mean_of({1, 2, 3, 4, 5});
  const auto first = resample(measure, up_to(5), 5, 50, 7);
  EXPECT_EQ(first.replicates, resample(measure, up_to(5), 5, 50, 7).replicates);
  EXPECT_NE(first.replicates, resample(measure, up_to(5), 5, 50, 8).replicates);
  // Another classifier on the same images is measured on the same samples.
  const auto twice = resample(mean_of({2, 4, 6, 8, 10}), up_to(5), 5, 50, 7);
  for (std::size_t sample = 0; sample < 50; ++sample) {
    EXPECT_DOUBLE_EQ(twice.replicates[0][sample], 2 * first.replicates[0][sample]);
  }
}

TEST(Resample, OnlyTheImagesAskedFor) {
  const auto sampled = resample(mean_of({1, 100, 3}), std::vector<std::size_t>{0, 2}, 3, 200, 0);
  EXPECT_DOUBLE_EQ(sampled.values[0], 2);
  const auto [low, high] = std::ranges::minmax(sampled.replicates[0]);
  EXPECT_DOUBLE_EQ(low, 1);
  EXPECT_DOUBLE_EQ(high, 3);
}

TEST(Resample, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(resample(mean_of({1}), up_to(1), 1, 1, 0, stop.get_token()), Interrupted);
}

TEST(PercentileInterval, EndsBetweenValuesAsNumpysDo) {
  const auto interval = percentile_interval(std::vector<double>{4, 1, 3, 2}, 0.5);
  EXPECT_DOUBLE_EQ(interval.low, 1.75);
  EXPECT_DOUBLE_EQ(interval.high, 3.25);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_DOUBLE_EQ(percentile_interval(std::vector{nan, 2.0}, 0.9).high, 2);
  EXPECT_TRUE(std::isnan(percentile_interval(std::vector{nan}, 0.9).low));
}

TEST(McNemar, ByHand) {
  // Only the first is right 1 time, only the second 5 times: 2 * (1 + 6) / 2^6.
  const std::vector<bool> first{true, false, false, false, false, false, true, false};
  const std::vector<bool> second{false, true, true, true, true, true, true, false};
  const auto test = mcnemar(first, second);
  EXPECT_EQ(test.only_first, 1U);
  EXPECT_EQ(test.only_second, 5U);
  EXPECT_NEAR(test.p_value, 14.0 / 64, 1e-12);
  EXPECT_DOUBLE_EQ(mcnemar(first, first).p_value, 1);
}

TEST(McNemar, OfManyImagesNeitherOverflowsNorVanishesTooEarly) {
  std::vector<bool> first(3000, false);
  std::vector<bool> second(3000, true);
  for (std::size_t image = 0; image < 1400; ++image) {
    first[image] = true;
    second[image] = false;
  }
  // scipy.stats.binomtest(1400, 3000).pvalue
  EXPECT_NEAR(mcnemar(first, second).p_value, 0.00027856396103923366, 1e-12);
}

TEST(Draws, ReachEveryNumberAboutAsOften) {
  Draws draws(3);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) {
    ++counts.at(draws.next(7));
  }
  for (const int count : counts) {
    EXPECT_NEAR(count, 10000, 400);
  }
}

}  // namespace
}  // namespace clip_classify
