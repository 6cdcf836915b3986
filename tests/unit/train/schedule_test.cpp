#include "train/schedule.h"

#include <gtest/gtest.h>

namespace clip_classify {
namespace {

TEST(LearningRateShare, RisesAsALineThenFallsAsACosine) {
  EXPECT_DOUBLE_EQ(learning_rate_share(0.0, 0.2), 0.0);
  EXPECT_DOUBLE_EQ(learning_rate_share(0.1, 0.2), 0.5);
  EXPECT_DOUBLE_EQ(learning_rate_share(0.2, 0.2), 1.0);
  EXPECT_NEAR(learning_rate_share(0.6, 0.2), 0.5, 1e-12);
  EXPECT_NEAR(learning_rate_share(0.4, 0.2), 0.5 + 0.25 * 1.4142135623730951, 1e-12);
  EXPECT_DOUBLE_EQ(learning_rate_share(1.0, 0.2), 0.0);
}

TEST(LearningRateShare, BeginsAtTheTopWithoutWarmUp) {
  EXPECT_DOUBLE_EQ(learning_rate_share(0.0, 0.0), 1.0);
}

}  // namespace
}  // namespace clip_classify
