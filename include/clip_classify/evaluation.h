// How right a classifier is: figures of its scores and the truth, in the definitions of scikit-learn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "clip_classify/classifier.h"

namespace clip_classify {

/// A row of logits for each image, a column for each label, row-major. Probabilities are their softmax or
/// their sigmoids, as `activation` says.
struct Logits {
  std::size_t images = 0;
  std::size_t labels = 0;
  std::vector<double> values;
  Activation activation = Activation::softmax;

  std::span<const double> row(std::size_t image) const {
    return std::span(values).subspan(image * labels, labels);
  }
};

/// `embeddings` holds a unit row for each image.
Logits logits_of(const Classifier& classifier, const Matrix& embeddings);

/// The probabilities of one image's labels, its logits divided by `temperature` first.
std::vector<double> probabilities(std::span<const double> logits, Activation activation,
                                  double temperature = 1);

/// For each image, which labels are right: one, or where several may apply any number, none twice.
using Truth = std::vector<std::vector<std::size_t>>;

/// What is measured. The values stand in the order in which figures are shown.
enum class Figure {
  top_1,                    ///< accuracy: the share of images whose first label is right
  top_5,                    ///< whose right label is among the first five
  mean_recall,              ///< of the classes that have images (balanced accuracy)
  mean_average_precision,   ///< of the labels that apply to some image
  micro_average_precision,  ///< of all pairs of image and label in one ranking
  macro_f1,                 ///< mean of the labels that are right or predicted somewhere
  micro_f1,
  exact_match,        ///< the share of images of which every label is judged right
  calibration_error,  ///< ECE: see calibration.h
  log_loss,           ///< see calibration.h
};

struct FigureName {
  std::string_view key;    ///< "top_1", in JSON
  std::string_view title;  ///< "top-1", for people
  bool share = true;       ///< from 0 to 1, and shown as a percentage
  bool more_is_better = true;
};
FigureName name_of(Figure figure);

/// Figures of a set of images, each counted so many times: 1 for the plain figure, anything when images are
/// resampled, 0 for those outside a group. A figure that has no images to be measured by is NaN.
struct Measure {
  std::vector<Figure> figures;
  std::function<std::vector<double>(std::span<const std::uint32_t> times)> of;
};

/// What is said of an image that has one right label.
struct Answer {
  std::size_t truth = 0;
  std::size_t predicted = 0;  ///< the first label; of equal ones the first in order
  std::size_t rank = 1;       ///< of the truth; 1 is best
  double confidence = 0.0;    ///< probability of `predicted`
};

/// `truth` has one label an image.
std::vector<Answer> answers(const Logits& logits, const Truth& truth);

/// top_1, top_5 where there are more than five labels, mean_recall, macro_f1, calibration_error, log_loss.
Measure single_label_measure(const Logits& logits, const Truth& truth);

/// Of labels that are judged alone, each predicted from a probability of `threshold` on:
/// mean_average_precision, micro_average_precision, macro_f1, micro_f1, exact_match, calibration_error,
/// log_loss. Average precision is the sum over ranks of precision times the step in recall, images of equal
/// score being one rank.
Measure multi_label_measure(const Logits& logits, const Truth& truth, double threshold);

/// For each image, a truth value for each label: predicted or not. One is, or where several may apply those
/// from a probability of `threshold` on.
std::vector<std::vector<bool>> predictions(const std::vector<Answer>& answers, std::size_t labels);
std::vector<std::vector<bool>> predictions(const Logits& logits, double threshold);

/// How often a label is right and how often it is predicted.
struct BinaryCounts {
  std::size_t true_positives = 0;
  std::size_t false_positives = 0;
  std::size_t false_negatives = 0;
  std::size_t true_negatives = 0;

  std::size_t positives() const { return true_positives + false_negatives; }
  std::size_t predicted() const { return true_positives + false_positives; }
  std::size_t images() const { return positives() + false_positives + true_negatives; }
  /// 0 where there is nothing to divide by, as in scikit-learn.
  double recall() const;
  double precision() const;
  double f1() const;
};

/// For each label, of the images whose `times` is not 0; of all, when there are no times.
std::vector<BinaryCounts> label_counts(const std::vector<std::vector<bool>>& predicted, const Truth& truth,
                                       std::size_t labels, std::span<const std::uint32_t> times = {});

/// Average precision of each label; NaN for one that applies to no image.
std::vector<double> average_precisions(const Logits& logits, const Truth& truth);

/// How many images of each class (row) were given each label (column), row-major.
std::vector<std::size_t> confusion_matrix(std::span<const Answer> answers, std::size_t labels);

}  // namespace clip_classify
