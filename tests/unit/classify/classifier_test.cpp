#include "clip_classify/classifier.h"

#include <gtest/gtest.h>

#include <cmath>

#include "clip_classify/ranking.h"

namespace clip_classify {
namespace {

Classifier small_classifier(Activation activation) {
  return {{"x", "y", "diagonal"}, {3, 2, {1, 0, 0, 1, 0.6F, 0.8F}}, 10.0, -2.0, activation};
}

TEST(Classifier, SoftmaxOfScaledCosines) {
  const std::vector<float> image{0.8F, 0.6F};
  const auto scores = small_classifier(Activation::softmax).scores(image);
  EXPECT_NEAR(scores[0].similarity, 0.8, 1e-6);
  EXPECT_NEAR(scores[2].similarity, 0.96, 1e-6);
  EXPECT_NEAR(scores[2].logit, 7.6, 1e-5);
  const double sum = std::exp(6.0) + std::exp(4.0) + std::exp(7.6);
  EXPECT_NEAR(scores[0].probability, std::exp(6.0) / sum, 1e-6);
  EXPECT_NEAR(scores[0].probability + scores[1].probability + scores[2].probability, 1, 1e-12);
}

TEST(Classifier, SigmoidOfEachAlone) {
  const auto scores = small_classifier(Activation::sigmoid).scores(std::vector<float>{0.8F, 0.6F});
  EXPECT_NEAR(scores[1].probability, 1 / (1 + std::exp(-4.0)), 1e-6);
}

TEST(Classifier, LargeScalesDoNotOverflow) {
  auto classifier = small_classifier(Activation::softmax);
  classifier.scale = 1e5;
  const auto scores = classifier.scores(std::vector<float>{1, 0});
  EXPECT_DOUBLE_EQ(scores[0].probability, 1);
  EXPECT_DOUBLE_EQ(scores[1].probability, 0);
}

std::vector<LabelScore> some_scores() {
  return {{0, 0.1, 1.0, 0.2}, {1, 0.3, 3.0, 0.6}, {2, 0.1, 1.0, 0.2}, {3, -0.4, -4.0, 0.0}};
}

std::vector<std::size_t> ranked(const RankingOptions& options) {
  std::vector<std::size_t> labels;
  for (const auto& score : rank(some_scores(), options)) {
    labels.push_back(score.label);
  }
  return labels;
}

TEST(Ranking, BestFirstAndTiesInTheOrderOfLabels) {
  EXPECT_EQ(ranked({Quantity::probability, 0, {}}), (std::vector<std::size_t>{1, 0, 2, 3}));
  EXPECT_EQ(ranked({Quantity::probability, 2, {}}), (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(ranked({Quantity::probability, 9, {}}).size(), 4U);
}

TEST(Ranking, ThresholdIsOfTheChosenQuantity) {
  EXPECT_EQ(ranked({Quantity::probability, 0, 0.2}), (std::vector<std::size_t>{1, 0, 2}));
  EXPECT_EQ(ranked({Quantity::similarity, 0, 0.2}), (std::vector<std::size_t>{1}));
  EXPECT_EQ(ranked({Quantity::logit, 0, -5}), (std::vector<std::size_t>{1, 0, 2, 3}));
  EXPECT_TRUE(ranked({Quantity::probability, 0, 0.9}).empty());
}

class ZeroShot : public testing::Test {
 protected:
  Model model_{read_manifest(std::string(MODELS_DIR) + "/compact")};
};

TEST_F(ZeroShot, AveragesTextsAndTemplatesAndRenormalises) {
  const std::vector<std::string> templates{"{}", "a photo of a {}"};
  const auto classifier =
      zero_shot_classifier(model_, {{"pet", {"cat", "dog"}}, {"car", {"car"}}}, templates, false);
  const std::vector<std::string> prompts{"cat", "a photo of a cat", "dog", "a photo of a dog"};
  const auto rows = model_.embed_tokens(model_.tokenize(prompts));
  std::vector<float> mean(rows.width);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    for (std::size_t column = 0; column < rows.width; ++column) {
      mean[column] += rows.row(row)[column];
    }
  }
  normalize(mean);
  ASSERT_EQ(classifier.labels, (std::vector<std::string>{"pet", "car"}));
  EXPECT_NEAR(dot(classifier.weights.row(0), mean), 1, 1e-5);
  EXPECT_NEAR(dot(classifier.weights.row(1), classifier.weights.row(1)), 1, 1e-5);
}

TEST_F(ZeroShot, JudgedAloneTakesTheManifestsOtherScale) {
  const auto together = zero_shot_classifier(model_, {{"cat", {"cat"}}, {"dog", {"dog"}}}, {"{}"}, false);
  const auto alone = zero_shot_classifier(model_, {{"cat", {"cat"}}, {"dog", {"dog"}}}, {"{}"}, true);
  EXPECT_EQ(together.activation, Activation::softmax);
  EXPECT_EQ(alone.activation, Activation::sigmoid);
  EXPECT_EQ(alone.scale, model_.manifest().multi_label.scale);
  EXPECT_EQ(alone.bias, model_.manifest().multi_label.bias);
}

TEST_F(ZeroShot, WarnsOfALabelThatWasCut) {
  std::string whole;
  for (int word = 0; word < 500; ++word) {
    whole += "große ";
  }
  std::vector<std::string> warnings;
  std::vector<std::size_t> totals;
  zero_shot_classifier(model_, {{"cat", {"cat"}}, {whole, {whole}}}, {"{}"}, false,
                       {[&](const std::string& message) { warnings.push_back(message); },
                        [&](std::size_t, std::size_t total) { totals.push_back(total); }});
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("große"), std::string::npos);
  EXPECT_EQ(totals, (std::vector<std::size_t>{2, 2}));  // before the first batch and after it
}

}  // namespace
}  // namespace clip_classify
