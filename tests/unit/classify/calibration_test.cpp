#include "clip_classify/calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace clip_classify {
namespace {

TEST(ReliabilityCurve, BinsAreOpenBelow) {
  const std::vector<Judgement> judgements{
      {0, 0.0, false}, {0, 1.0 / 15, true}, {1, 0.07, true}, {1, 1.0, true}};
  const auto bins = reliability_curve(judgements);
  ASSERT_EQ(bins.size(), 15U);
  EXPECT_EQ(bins[0].count, 2U);
  EXPECT_DOUBLE_EQ(bins[0].share_right, 0.5);
  EXPECT_DOUBLE_EQ(bins[0].probability, 0.5 / 15);
  EXPECT_EQ(bins[1].count, 1U);
  EXPECT_EQ(bins[14].count, 1U);
  EXPECT_EQ(reliability_curve(judgements, std::vector<std::uint32_t>{0, 3})[1].count, 3U);
}

TEST(CalibrationError, ByHand) {
  const std::vector<Judgement> judgements{{0, 0.9, true}, {1, 0.9, false}, {2, 0.5, true}, {3, 0.5, true}};
  EXPECT_NEAR(calibration_error(reliability_curve(judgements)), (2 * 0.4 + 2 * 0.5) / 4, 1e-12);
  EXPECT_TRUE(std::isnan(calibration_error(reliability_curve({}))));
}

TEST(LogLosses, OfASoftmaxAndOfSigmoids) {
  const Logits together{1, 2, {2, 0}, Activation::softmax};
  EXPECT_NEAR(log_losses(together, {{1}})[0], std::log1p(std::exp(2)), 1e-12);
  EXPECT_NEAR(log_losses(together, {{1}}, 2)[0], std::log1p(std::exp(1)), 1e-12);
  const Logits alone{1, 2, {2, -1}, Activation::sigmoid};
  EXPECT_NEAR(log_losses(alone, {{0}})[0], (std::log1p(std::exp(-2)) + std::log1p(std::exp(-1))) / 2, 1e-12);
}

TEST(LogLosses, AreFiniteForExtremeScores) {
  const Logits together{1, 2, {5000, -5000}, Activation::softmax};
  EXPECT_DOUBLE_EQ(log_losses(together, {{1}})[0], 10000);
  const Logits alone{1, 2, {5000, -5000}, Activation::sigmoid};
  EXPECT_DOUBLE_EQ(log_losses(alone, {{1}})[0], 5000);
}

TEST(BestTemperature, MakesProbabilitiesTheShareThatIsRight) {
  // Three of four are right, all said with a logit that is ahead by 4: p = 0.75 needs one of ln 3.
  const Logits logits{4, 2, {4, 0, 4, 0, 4, 0, 4, 0}, Activation::softmax};
  const auto temperature = best_temperature(logits, {{0}, {0}, {0}, {1}});
  ASSERT_TRUE(temperature);
  EXPECT_NEAR(*temperature, 4 / std::log(3), 1e-8);
  const auto judgements = first_label_judgements(logits, {{0}, {0}, {0}, {1}}, *temperature);
  EXPECT_NEAR(judgements[0].probability, 0.75, 1e-8);
}

TEST(BestTemperature, OfSigmoids) {
  // Of ten labels with a logit of 3 seven are right; those of 0 have no say.
  Logits logits{10, 2, {}, Activation::sigmoid};
  Truth truth;
  for (int image = 0; image < 10; ++image) {
    logits.values.insert(logits.values.end(), {3, 0});
    truth.push_back(image < 7 ? std::vector<std::size_t>{0} : std::vector<std::size_t>{});
  }
  ASSERT_TRUE(best_temperature(logits, truth));
  EXPECT_NEAR(*best_temperature(logits, truth), 3 / std::log(7.0 / 3), 1e-8);
}

TEST(BestTemperature, IsALeastOfTheLoss) {
  Logits logits{50, 3, {}, Activation::softmax};
  Truth truth;
  for (std::size_t image = 0; image < 50; ++image) {
    for (std::size_t label = 0; label < 3; ++label) {
      logits.values.push_back(40 * std::sin(static_cast<double>(7 * image + 3 * label)));
    }
    truth.push_back({image % 3});
    logits.values[image * 3 + image % 3] += 20;
  }
  const auto mean_loss = [&](double temperature) {
    const auto losses = log_losses(logits, truth, temperature);
    return std::accumulate(losses.begin(), losses.end(), 0.0) / 50;
  };
  const auto temperature = best_temperature(logits, truth);
  ASSERT_TRUE(temperature);
  EXPECT_LT(mean_loss(*temperature), mean_loss(1));
  EXPECT_LT(mean_loss(*temperature), mean_loss(*temperature * 1.001));
  EXPECT_LT(mean_loss(*temperature), mean_loss(*temperature / 1.001));
}

TEST(BestTemperature, IsNoneWhereEveryAnswerIsRightOrNothingIsKnown) {
  EXPECT_FALSE(best_temperature({2, 2, {1, 0, 0, 1}, Activation::softmax}, {{0}, {1}}));
  EXPECT_FALSE(best_temperature({2, 2, {1, 0, 1, 0}, Activation::softmax}, {{1}, {1}}));
  EXPECT_FALSE(best_temperature({2, 2, {1, 1, 1, 1}, Activation::softmax}, {{1}, {0}}));
}

}  // namespace
}  // namespace clip_classify
