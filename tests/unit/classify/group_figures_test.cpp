#include "clip_classify/group_figures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace clip_classify {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

TEST(LargestGap, BetweenGroupsThatHaveAValue) {
  const auto gap = largest_gap(std::vector{0.5, kNone, 0.9, 0.4});
  ASSERT_TRUE(gap);
  EXPECT_DOUBLE_EQ(gap->size, 0.5);
  EXPECT_EQ(gap->highest, 2U);
  EXPECT_EQ(gap->lowest, 3U);
  EXPECT_FALSE(largest_gap(std::vector{0.5, kNone}));
}

TEST(Members, LeavesOutWhatIsInNoGroup) {
  const Groups groups{0, std::nullopt, 1, 0};
  EXPECT_EQ(members(groups, 2), (std::vector<std::vector<std::size_t>>{{0, 3}, {2}}));
}

TEST(Disparity, AsFairlearnHasIt) {
  // Group a: 4 of 10 given the label, 3 of 4 right ones, 1 of 6 others; b: 6 of 10, 4 of 5, 2 of 5.
  const std::vector<BinaryCounts> counts{{3, 1, 1, 5}, {4, 2, 1, 3}};
  const auto differences = disparity(counts);
  EXPECT_DOUBLE_EQ(differences.demographic_parity, 6.0 / 10 - 4.0 / 10);
  EXPECT_DOUBLE_EQ(differences.equalized_odds, 2.0 / 5 - 1.0 / 6);
}

TEST(Disparity, AGroupWithoutRightImagesHasNoShareOfThem) {
  const std::vector<BinaryCounts> counts{{0, 1, 0, 3}, {4, 1, 0, 3}};
  EXPECT_DOUBLE_EQ(disparity(counts).equalized_odds, 0.0);
  EXPECT_TRUE(std::isnan(disparity(std::vector{counts[0]}).demographic_parity));
}

TEST(MaxSkew, LogOfAShareOverTheShareAmongAll) {
  // Groups are even among all; of the first four three are of group 1. One image is in none.
  const Groups groups{1, 1, std::nullopt, 0, 1, 0, 0, 1, 0};
  const std::vector<std::size_t> ranked{0, 1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_NEAR(max_skew(ranked, groups, 2, 4), std::log(0.75 / 0.5), 1e-12);
  EXPECT_NEAR(max_skew(ranked, groups, 2, 2), std::log(2), 1e-12);
  EXPECT_NEAR(max_skew(ranked, groups, 2, 100), 0, 1e-12);
  EXPECT_TRUE(std::isnan(max_skew(ranked, groups, 2, 0)));
}

TEST(RankedBy, BestFirstAndEqualOnesInOrder) {
  const Logits logits{4, 2, {0, 1, 0, 3, 0, 1, 0, 2}, Activation::softmax};
  EXPECT_EQ(ranked_by(logits, 1), (std::vector<std::size_t>{1, 3, 0, 2}));
}

/// Right or not, and the share of it.
Measure share_right(const std::vector<double>& right) {
  return {{Figure::top_1}, [right](std::span<const std::uint32_t> times) {
            double sum = 0;
            double all = 0;
            for (std::size_t image = 0; image < times.size(); ++image) {
              sum += times[image] * right[image];
              all += times[image];
            }
            return std::vector{all > 0 ? sum / all : kNone};
          }};
}

TEST(ChanceGaps, TellARealDifferenceFromNone) {
  std::vector<double> apart;
  std::vector<double> alike;
  Groups groups;
  for (std::size_t image = 0; image < 100; ++image) {
    groups.push_back(image % 2);
    apart.push_back(image % 2 == 0 && image < 90 ? 1 : 0);
    alike.push_back(image % 4 < 2 ? 1 : 0);
  }
  const auto real = chance_gaps(share_right(apart), groups, 2, 199, 5)[0];
  EXPECT_DOUBLE_EQ(real.p_value, 1.0 / 200);  // none of the shuffles comes near
  EXPECT_GT(real.mean, 0.02);
  EXPECT_LT(real.mean, 0.2);
  EXPECT_DOUBLE_EQ(chance_gaps(share_right(alike), groups, 2, 199, 5)[0].p_value, 1);
  EXPECT_TRUE(std::isnan(chance_gaps(share_right(alike), Groups(100, 0), 1, 9, 5)[0].mean));
}

}  // namespace
}  // namespace clip_classify
