#include "clip_classify/proportion.h"

#include <gtest/gtest.h>

namespace clip_classify {
namespace {

TEST(Proportion, WilsonsIntervalIsThatOfThePaper) {
  // By hand from the formula: 8 of 10 is 0.4902 to 0.9433; none of 10 ends at z^2 / (10 + z^2).
  EXPECT_NEAR(wilson_interval(8, 10).low, 0.4902, 1e-4);
  EXPECT_NEAR(wilson_interval(8, 10).high, 0.9433, 1e-4);
  EXPECT_EQ(wilson_interval(0, 10).low, 0);
  EXPECT_NEAR(wilson_interval(0, 10).high, 0.2775, 1e-4);
  EXPECT_NEAR(wilson_interval(10, 10).high, 1, 1e-12);
}

TEST(Proportion, NothingCountedSaysNothing) {
  EXPECT_EQ(wilson_interval(0, 0).low, 0);
  EXPECT_EQ(wilson_interval(0, 0).high, 1);
}

}  // namespace
}  // namespace clip_classify
