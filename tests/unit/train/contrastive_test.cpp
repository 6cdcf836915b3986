#include "clip_classify/contrastive.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace clip_classify {
namespace {

const Matrix kImages{2, 2, {1, 0, 0, 1}};
const Matrix kTexts{2, 2, {0.8F, 0.6F, 0, 1}};

TEST(ContrastiveGradient, OfClipIsTheMeanCrossEntropyOfBothDirections) {
  // Logits 10 * {{0.8, 0}, {0.6, 1}}.
  const double images = (std::log1p(std::exp(-8.0)) + std::log1p(std::exp(-4.0))) / 2;
  const double texts = (std::log1p(std::exp(-2.0)) + std::log1p(std::exp(-10.0))) / 2;
  const auto found = contrastive_gradient(ContrastiveLoss::clip, kImages, kTexts, 10, 0);
  EXPECT_NEAR(found.loss, (images + texts) / 2, 1e-6);
  EXPECT_EQ(found.bias, 0.0);
}

TEST(ContrastiveGradient, OfSiglipIsASigmoidForEachPair) {
  const auto minus_log_sigmoid = [](double x) { return std::log1p(std::exp(-x)); };
  const double sum =
      minus_log_sigmoid(8 - 5) + minus_log_sigmoid(5) + minus_log_sigmoid(5 - 6) + minus_log_sigmoid(10 - 5);
  const auto found = contrastive_gradient(ContrastiveLoss::siglip, kImages, kTexts, 10, -5);
  EXPECT_NEAR(found.loss, sum / 2, 1e-6);
}

TEST(ContrastiveGradient, IsTheSlopeOfTheLoss) {
  constexpr float kStep = 1e-2F;
  for (const auto loss : {ContrastiveLoss::clip, ContrastiveLoss::siglip}) {
    const auto value = [&](const Matrix& images, double scale, double bias) {
      return contrastive_gradient(loss, images, kTexts, scale, bias).loss;
    };
    const auto found = contrastive_gradient(loss, kImages, kTexts, 3, -1);
    for (std::size_t index = 0; index < 4; ++index) {
      auto more = kImages;
      auto less = kImages;
      more.values[index] += kStep;
      less.values[index] -= kStep;
      const double slope = (value(more, 3, -1) - value(less, 3, -1)) / (2 * kStep);
      EXPECT_NEAR(found.images.values[index], slope, 1e-3);
    }
    const double up = value(kImages, 3 * std::exp(kStep), -1) - value(kImages, 3 * std::exp(-kStep), -1);
    EXPECT_NEAR(found.scale, up / (2 * kStep), 1e-3);
  }
}

TEST(ContrastiveGradient, NeedsATextForEachImage) {
  EXPECT_THROW(contrastive_gradient(ContrastiveLoss::clip, kImages, Matrix{1, 2, {1, 0}}, 1, 0),
               std::invalid_argument);
}

}  // namespace
}  // namespace clip_classify
