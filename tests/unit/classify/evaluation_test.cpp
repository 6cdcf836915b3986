#include "clip_classify/evaluation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace clip_classify {
namespace {

const std::vector<std::uint32_t> kOnce(4, 1);

Logits logits_from(std::size_t labels, std::vector<double> values,
                   Activation activation = Activation::softmax) {
  return {values.size() / labels, labels, std::move(values), activation};
}

double value_of(const Measure& measure, Figure figure, std::span<const std::uint32_t> times) {
  const auto found = std::ranges::find(measure.figures, figure);
  if (found == measure.figures.end()) {
    throw std::invalid_argument("the measure has no such figure");
  }
  return measure.of(times)[static_cast<std::size_t>(found - measure.figures.begin())];
}

/// Four images of classes 0, 0, 1, 2 that are said to be 0, 1, 1, 0.
const Logits kThree = logits_from(3, {2, 1, 0, 0, 3, 1, 0, 1, 0, 2, 0, 1});
const Truth kThreeTruth = {{0}, {0}, {1}, {2}};

TEST(Logits, AreScaledCosinesAndBias) {
  const Classifier classifier{{"a", "b"}, {2, 2, {1, 0, 0, 1}}, 10, -1, Activation::sigmoid};
  const auto logits = logits_of(classifier, {1, 2, {0.6F, 0.8F}});
  EXPECT_NEAR(logits.values[0], 5, 1e-6);
  EXPECT_NEAR(logits.values[1], 7, 1e-6);
  EXPECT_EQ(logits.activation, Activation::sigmoid);
  EXPECT_EQ(classifier.scores(std::vector{0.6F, 0.8F})[1].logit, logits.values[1]);
}

TEST(Answers, RankOfTheTruthAndConfidence) {
  const auto given = answers(kThree, kThreeTruth);
  EXPECT_EQ(given[0].predicted, 0U);
  EXPECT_EQ(given[0].rank, 1U);
  EXPECT_NEAR(given[0].confidence, std::exp(2) / (std::exp(2) + std::exp(1) + 1), 1e-12);
  EXPECT_EQ(given[1].predicted, 1U);
  EXPECT_EQ(given[1].rank, 3U);
  EXPECT_EQ(given[3].rank, 2U);
}

TEST(Answers, OfEqualScoresTheFirstLabelIsPredicted) {
  const auto given = answers(logits_from(3, {1, 1, 1}), {{2}});
  EXPECT_EQ(given[0].predicted, 0U);
  EXPECT_EQ(given[0].rank, 3U);
  EXPECT_NEAR(given[0].confidence, 1.0 / 3, 1e-12);
}

TEST(SingleLabelMeasure, ByHand) {
  const auto measure = single_label_measure(kThree, kThreeTruth);
  EXPECT_DOUBLE_EQ(value_of(measure, Figure::top_1, kOnce), 0.5);
  // Recalls 1/2, 1 and 0; F1 2*1/(2+2), 2*1/(1+2) and 0.
  EXPECT_DOUBLE_EQ(value_of(measure, Figure::mean_recall, kOnce), 0.5);
  EXPECT_DOUBLE_EQ(value_of(measure, Figure::macro_f1, kOnce), (0.5 + 2.0 / 3) / 3);
  const double loss = std::log(std::exp(2) + std::exp(1) + 1) - 2;
  const std::vector<std::uint32_t> first{1, 0, 0, 0};
  EXPECT_NEAR(value_of(measure, Figure::log_loss, first), loss, 1e-12);
  EXPECT_EQ(std::ranges::find(measure.figures, Figure::top_5), measure.figures.end());
}

TEST(SingleLabelMeasure, AnImageThatCountsTwiceIsTwoImages) {
  const auto measure = single_label_measure(kThree, kThreeTruth);
  const std::vector<std::uint32_t> times{2, 1, 0, 0};
  EXPECT_DOUBLE_EQ(value_of(measure, Figure::top_1, times), 2.0 / 3);
  // Only class 0 has images, and class 1 is predicted once.
  EXPECT_DOUBLE_EQ(value_of(measure, Figure::mean_recall, times), 2.0 / 3);
  EXPECT_DOUBLE_EQ(value_of(measure, Figure::macro_f1, times), 0.4);
}

TEST(SingleLabelMeasure, TopFiveFromSixLabelsOn) {
  const auto logits = logits_from(6, {6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2, 1});
  const auto measure = single_label_measure(logits, {{4}, {5}});
  EXPECT_DOUBLE_EQ(value_of(measure, Figure::top_5, std::vector<std::uint32_t>{1, 1}), 0.5);
  EXPECT_DOUBLE_EQ(value_of(measure, Figure::top_1, std::vector<std::uint32_t>{1, 1}), 0.0);
}

TEST(SingleLabelMeasure, OfNoImagesNothingIsKnown) {
  const auto measure = single_label_measure(kThree, kThreeTruth);
  const auto values = measure.of(std::vector<std::uint32_t>(4, 0));
  EXPECT_EQ(values.size(), measure.figures.size());
  EXPECT_TRUE(std::ranges::all_of(values, [](double value) { return std::isnan(value); }));
}

TEST(ConfusionMatrix, RowsAreTheTruth) {
  EXPECT_EQ(confusion_matrix(answers(kThree, kThreeTruth), 3),
            (std::vector<std::size_t>{1, 1, 0, 0, 1, 0, 1, 0, 0}));
}

TEST(LabelCounts, ByHand) {
  const auto predicted = predictions(answers(kThree, kThreeTruth), 3);
  const auto counts = label_counts(predicted, kThreeTruth, 3);
  EXPECT_EQ(counts[0].true_positives, 1U);
  EXPECT_EQ(counts[0].false_positives, 1U);
  EXPECT_EQ(counts[0].false_negatives, 1U);
  EXPECT_EQ(counts[0].true_negatives, 1U);
  EXPECT_DOUBLE_EQ(counts[1].precision(), 0.5);
  EXPECT_DOUBLE_EQ(counts[1].recall(), 1.0);
  EXPECT_DOUBLE_EQ(counts[2].precision(), 0.0);
  EXPECT_EQ(label_counts(predicted, kThreeTruth, 3, std::vector<std::uint32_t>{3, 0, 0, 0})[0].true_positives,
            3U);
}

/// Label 0 is right for images 0 and 2, label 1 for 0 and 1, label 2 for none.
const Logits kAlone = logits_from(3, {3, 1, -1, 2, -1, -1, 1, 1, -1, -2, -2, -1}, Activation::sigmoid);
const Truth kAloneTruth = {{0, 1}, {1}, {0}, {}};

TEST(MultiLabelMeasure, AveragePrecisionByHand) {
  const auto precisions = average_precisions(kAlone, kAloneTruth);
  EXPECT_DOUBLE_EQ(precisions[0], (1 + 2.0 / 3) / 2);
  // Images 0 and 2 are one rank: 1 of 2 right, then 2 of 3.
  EXPECT_DOUBLE_EQ(precisions[1], (0.5 + 2.0 / 3) / 2);
  EXPECT_TRUE(std::isnan(precisions[2]));
  const auto measure = multi_label_measure(kAlone, kAloneTruth, 0.5);
  EXPECT_DOUBLE_EQ(value_of(measure, Figure::mean_average_precision, kOnce),
                   (precisions[0] + precisions[1]) / 2);
}

TEST(MultiLabelMeasure, DecisionsByHand) {
  const auto measure = multi_label_measure(kAlone, kAloneTruth, 0.5);
  // Said: 0 and 1, 0, 0 and 1, none; label 0: 2 right of 3 said, label 1: 1 of 2, label 2 is in no play.
  EXPECT_DOUBLE_EQ(value_of(measure, Figure::macro_f1, kOnce), (2 * 2.0 / 5 + 2 * 1.0 / 4) / 2);
  EXPECT_DOUBLE_EQ(value_of(measure, Figure::micro_f1, kOnce), 2 * 3.0 / 9);
  EXPECT_DOUBLE_EQ(value_of(measure, Figure::exact_match, kOnce), 0.5);
  const auto strict = multi_label_measure(kAlone, kAloneTruth, 0.9);
  EXPECT_DOUBLE_EQ(value_of(strict, Figure::micro_f1, kOnce), 2 * 1.0 / 5);
}

TEST(MultiLabelMeasure, AllPairsInOneRanking) {
  const auto measure = multi_label_measure(kAlone, kAloneTruth, 0.5);
  // By score: right, wrong, then three of 1 with two right, then five of -1 with one right, then -2.
  EXPECT_DOUBLE_EQ(value_of(measure, Figure::micro_average_precision, kOnce),
                   (1 + 2 * 3.0 / 5 + 4.0 / 10) / 4);
}

}  // namespace
}  // namespace clip_classify
