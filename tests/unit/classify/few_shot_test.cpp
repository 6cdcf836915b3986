#include "clip_classify/few_shot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

#include "classify/example_folds.h"
#include "classify/score_fits.h"
#include "clip_classify/error.h"

namespace clip_classify {
namespace {

constexpr std::size_t kWidth = 24;

/// Unit rows around a direction for each class, and words that know `known` of the classes.
struct Sample {
  Matrix rows{0, kWidth, {}};
  std::vector<std::size_t> classes;
  Classifier words{{}, {0, kWidth, {}}, 50, 0, Activation::softmax};

  Sample(const std::vector<std::size_t>& counts, double noise, std::size_t known, unsigned seed = 3) {
    std::mt19937 random(seed);
    const auto draw = [&] { return static_cast<float>(random() % 2001) / 1000 - 1; };
    for (std::size_t label = 0; label < counts.size(); ++label) {
      std::vector<float> direction(kWidth);
      std::ranges::generate(direction, draw);
      normalize(direction);
      for (std::size_t i = 0; i < counts[label]; ++i) {
        add(direction, static_cast<float>(noise), draw, label);
      }
      std::vector<float> word(kWidth);
      std::ranges::generate(word, draw);
      normalize(word);
      const auto& row = label < known ? direction : word;
      words.labels.push_back("label " + std::to_string(label));
      words.weights.values.insert(words.weights.values.end(), row.begin(), row.end());
      ++words.weights.rows;
    }
  }

  TrainedClassifier train(const FewShotOptions& options = {}) const {
    return train_few_shot(rows, classes, same_pictures(rows), words, options);
  }

 private:
  template <typename Draw>
  void add(const std::vector<float>& direction, float noise, const Draw& draw, std::size_t label) {
    std::vector<float> row = direction;
    for (auto& value : row) {
      value += noise * draw();
    }
    normalize(row);
    rows.values.insert(rows.values.end(), row.begin(), row.end());
    ++rows.rows;
    classes.push_back(label);
  }
};

double accuracy(const Classifier& classifier, const Sample& sample) {
  double right = 0;
  for (std::size_t row = 0; row < sample.rows.rows; ++row) {
    const auto scores = classifier.scores(sample.rows.row(row));
    right += std::ranges::max_element(scores, {}, &LabelScore::logit)->label == sample.classes[row] ? 1 : 0;
  }
  return right / static_cast<double>(sample.rows.rows);
}

TEST(Proportion, IsWilsons) {
  const auto some = proportion(8, 10);
  EXPECT_NEAR(some.interval.low, 0.4902, 1e-4);
  EXPECT_NEAR(some.interval.high, 0.9433, 1e-4);
  EXPECT_DOUBLE_EQ(proportion(10, 10).interval.high, 1);
  EXPECT_NEAR(proportion(10, 10).interval.low, 0.7225, 1e-4);
  EXPECT_EQ(proportion(0, 0).interval.high, 1);
}

TEST(SamePictures, RoundingAsideAndNoFurther) {
  Sample sample({3, 2}, 0.4, 2);
  auto& rows = sample.rows;
  std::ranges::copy(std::as_const(rows).row(0), rows.row(4).begin());
  rows.row(4)[0] += 1e-4F;
  normalize(rows.row(4));
  EXPECT_EQ(same_pictures(rows), (std::vector<std::size_t>{0, 1, 2, 3, 0}));
  rows.row(4)[0] += 1e-2F;
  normalize(rows.row(4));
  EXPECT_EQ(same_pictures(rows)[4], 4U);
}

TEST(Folds, StratifiedAndAPictureInOne) {
  std::vector<std::size_t> classes;
  std::vector<std::size_t> pictures;
  for (std::size_t i = 0; i < 200; ++i) {
    classes.push_back(i % 2 == 0 ? 0 : i % 10 == 1 ? 1 : 2);
    pictures.push_back(i < 100 ? i / 4 : i);
  }
  const auto folds = make_folds(classes, pictures);
  EXPECT_EQ(folds.count, 10U);
  std::vector<std::vector<int>> counts(3, std::vector<int>(10));
  for (std::size_t i = 0; i < 200; ++i) {
    ASSERT_TRUE(folds.fold[i]);
    EXPECT_EQ(folds.fold[i], folds.fold[i < 100 ? i / 4 * 4 : i]);
    ++counts[classes[i]][*folds.fold[i]];
  }
  for (const auto& of_class : counts) {
    EXPECT_GT(*std::ranges::min_element(of_class), 0);
  }
}

TEST(Folds, TheOnlyPictureOfAClassIsNeverPutAside) {
  const std::vector<std::size_t> classes{0, 0, 1, 1, 2};
  const auto folds = make_folds(classes, std::vector<std::size_t>{0, 1, 2, 2, 1});
  EXPECT_TRUE(folds.fold[0]);
  EXPECT_FALSE(folds.fold[1]);  // stands in class 2 as well, which has no other
  EXPECT_FALSE(folds.fold[2]);
  EXPECT_FALSE(folds.fold[4]);
}

TEST(Calibration, FindsTheFactorThatLabelsWereDrawnWith) {
  std::mt19937 random(5);
  const Eigen::Index images = 20000;
  FloatRows logits(images, 3);
  std::vector<std::size_t> classes;
  for (Eigen::Index i = 0; i < images; ++i) {
    Eigen::Array3d odds;
    for (Eigen::Index label = 0; label < 3; ++label) {
      logits(i, label) = static_cast<float>(random() % 1000) / 500.0F;
      odds[label] = std::exp(2.5 * static_cast<double>(logits(i, label)));
    }
    double drawn = odds.sum() * static_cast<double>(random() % 100000) / 100000;
    std::size_t label = 0;
    while (label < 2 && drawn >= odds[static_cast<Eigen::Index>(label)]) {
      drawn -= odds[static_cast<Eigen::Index>(label++)];
    }
    classes.push_back(label);
  }
  const std::vector<double> weights(classes.size(), 1);
  EXPECT_NEAR(fit_temperature({logits, classes, weights}), 2.5, 0.1);
}

TEST(Calibration, AFewExamplesMakeNothingCertain) {
  const FloatRows logits = FloatRows::Identity(4, 4);
  const std::vector<std::size_t> classes{0, 1, 2, 3};
  const double factor = fit_temperature({logits, classes, std::vector<double>(4, 1)});
  EXPECT_NEAR(1 / (1 + 3 * std::exp(-factor)), 0.5 + 0.5 / 4, 1e-6);  // the smoothed target
}

TEST(FewShot, ExamplesTellWhatWordsDoNotKnow) {
  const Sample sample({12, 12, 12, 12}, 0.35, 1);
  const auto trained = sample.train();
  EXPECT_GT(trained.report.trained.interval.low, trained.report.words.interval.high);
  EXPECT_NE(trained.report.choice.method, FewShotMethod::words);
  EXPECT_EQ(trained.report.folds, 48U);
  EXPECT_GT(accuracy(trained.classifier, sample), 0.95);
  EXPECT_LT(accuracy(sample.words, sample), 0.8);
}

TEST(FewShot, WordsThatKnowEverythingStay) {
  const auto trained = Sample({3, 3, 3}, 0.2, 3).train();
  EXPECT_EQ(trained.report.choice.method, FewShotMethod::words);
  EXPECT_EQ(trained.report.words.hits, 9U);
}

TEST(FewShot, EachMethodWhenAskedFor) {
  const Sample sample({20, 20, 20}, 0.3, 0);
  for (const auto method : {FewShotMethod::gaussian, FewShotMethod::logistic}) {
    const auto trained = sample.train({.method = method});
    EXPECT_EQ(trained.report.choice.method, method);
    EXPECT_GT(trained.report.trained.value, 0.9) << name_of(method);
    EXPECT_GT(accuracy(trained.classifier, sample), 0.95) << name_of(method);
  }
  EXPECT_EQ(sample.train({.method = FewShotMethod::words}).report.choice.method, FewShotMethod::words);
}

TEST(FewShot, TheSameWhateverTheThreads) {
  const Sample sample({20, 20, 20}, 0.5, 1);
  const auto one = sample.train({.threads = 1});
  const auto four = sample.train({.threads = 4});
  EXPECT_EQ(one.classifier.weights.values, four.classifier.weights.values);
  EXPECT_EQ(one.words.scale, four.words.scale);
}

TEST(FewShot, OneExampleOfEach) {
  const Sample sample({1, 1, 1}, 0.2, 0);
  const auto trained = sample.train();
  EXPECT_EQ(trained.report.folds, 0U);
  EXPECT_EQ(trained.report.trained.trials, 0U);
  EXPECT_EQ(accuracy(trained.classifier, sample), 1);
}

TEST(FewShot, UnbalancedClassesCountTheSame) {
  const Sample sample({200, 5, 1}, 0.45, 0);
  const auto trained = sample.train();
  EXPECT_EQ(trained.report.classes[2].checked, 0U);
  EXPECT_GE(trained.report.classes[1].trained_right, 3U);
  EXPECT_GT(trained.report.classes[0].trained_right, 150U);
}

TEST(FewShot, ProbabilitiesMeanSomething) {
  const Sample sample({60, 60, 60}, 0.9, 0);
  const auto trained = sample.train();
  double promised = 0;
  for (std::size_t row = 0; row < sample.rows.rows; ++row) {
    const auto scores = trained.classifier.scores(sample.rows.row(row));
    promised += std::ranges::max_element(scores, {}, &LabelScore::logit)->probability / 180;
  }
  EXPECT_NEAR(promised, trained.report.trained.value, 0.12);
}

TEST(FewShot, StrangersAreRejectedAtTheStatedRate) {
  const Sample sample({30, 30, 30, 30, 30}, 0.3, 5);
  const auto trained = sample.train({.reject = 0.1});
  ASSERT_TRUE(trained.rejection);
  EXPECT_EQ(trained.rejection->accepted.hits, 15U);
  EXPECT_EQ(trained.rejection->accepted.trials, 150U);
  EXPECT_GT(trained.rejection->kept.value, 0.8);
  std::size_t kept = 0;
  for (std::size_t row = 0; row < sample.rows.rows; ++row) {
    kept += trained.rejects(trained.classifier.scores(sample.rows.row(row))) ? 0 : 1;
  }
  EXPECT_GT(kept, 120U);
  std::vector<float> stranger(kWidth);
  for (std::size_t i = 0; i < kWidth; ++i) {
    stranger[i] = i % 2 == 0 ? 1.0F : -1.0F;
  }
  normalize(stranger);
  EXPECT_TRUE(trained.rejects(trained.classifier.scores(stranger)));
  EXPECT_FALSE(Sample({30, 30, 30}, 0.3, 3).train().rejects(trained.classifier.scores(stranger)));
}

TEST(FewShot, WordsBesideExamples) {
  const Sample all({20, 20, 20, 20}, 0.3, 4);
  Sample with_examples = all;  // of all but the last label
  with_examples.rows = {60, kWidth, {all.rows.values.begin(), all.rows.values.begin() + 60 * kWidth}};
  with_examples.classes.resize(60);
  with_examples.words.labels.pop_back();
  with_examples.words.weights.values.resize(3 * kWidth);
  with_examples.words.weights.rows = 3;
  for (const auto method : {FewShotMethod::words, FewShotMethod::gaussian, FewShotMethod::logistic}) {
    auto trained = with_examples.train({.method = method});
    trained.add_words(all.words);  // only one of its labels is new
    ASSERT_EQ(trained.classifier.labels, all.words.labels);
    EXPECT_EQ(trained.report.classes[3].images, 0U);
    EXPECT_GT(accuracy(trained.classifier, all), 0.9) << name_of(method);
  }
}

TEST(FewShot, WhatCannotBeTrainedIsRefused) {
  EXPECT_THROW(Sample({5}, 0.1, 1).train(), Error);
  EXPECT_THROW(Sample({5, 5}, 0.1, 2).train({.reject = 0.1}), Error);
  EXPECT_THROW(Sample({1, 1, 1}, 0.1, 2).train({.reject = 0.1}), Error);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(Sample({5, 5}, 0.1, 0).train({.stop = stop.get_token()}), Interrupted);
}

}  // namespace
}  // namespace clip_classify
