#include "clip_classify/evaluation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "clip_classify/calibration.h"

namespace clip_classify {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kTop = 5;

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

double softmax_denominator(std::span<const double> logits, double best, double temperature) {
  return std::accumulate(logits.begin(), logits.end(), 0.0, [&](double sum, double logit) {
    return sum + std::exp((logit - best) / temperature);
  });
}

/// Means over classes need how often each is right, predicted, and both.
struct ClassSums {
  explicit ClassSums(std::size_t labels) : truth(labels), predicted(labels), right(labels) {}

  double mean_recall() const {
    double sum = 0;
    std::size_t classes = 0;
    for (std::size_t label = 0; label < truth.size(); ++label) {
      sum += ratio(right[label], truth[label]);
      classes += truth[label] > 0 ? 1 : 0;
    }
    return classes == 0 ? kNone : sum / static_cast<double>(classes);
  }

  double macro_f1() const {
    double sum = 0;
    std::size_t classes = 0;
    for (std::size_t label = 0; label < truth.size(); ++label) {
      sum += ratio(2 * right[label], truth[label] + predicted[label]);
      classes += truth[label] + predicted[label] > 0 ? 1 : 0;
    }
    return classes == 0 ? kNone : sum / static_cast<double>(classes);
  }

  std::vector<std::size_t> truth;
  std::vector<std::size_t> predicted;
  std::vector<std::size_t> right;
};

struct SingleLabelFigures {
  std::vector<double> operator()(std::span<const std::uint32_t> times) const;

  std::size_t labels;
  std::vector<Answer> answers;
  std::vector<Judgement> judgements;
  std::vector<double> losses;
};

std::vector<double> SingleLabelFigures::operator()(std::span<const std::uint32_t> times) const {
  ClassSums sums(labels);
  std::size_t images = 0;
  std::size_t first = 0;
  std::size_t among_five = 0;
  double loss = 0;
  for (std::size_t image = 0; image < answers.size(); ++image) {
    const auto& answer = answers[image];
    const std::size_t count = times[image];
    const bool right = answer.truth == answer.predicted;
    images += count;
    first += right ? count : 0;
    among_five += answer.rank <= kTop ? count : 0;
    loss += static_cast<double>(count) * losses[image];
    sums.truth[answer.truth] += count;
    sums.predicted[answer.predicted] += count;
    sums.right[answer.truth] += right ? count : 0;
  }
  if (images == 0) {
    return std::vector<double>(labels > kTop ? 6 : 5, kNone);
  }
  std::vector<double> values{ratio(first, images)};
  if (labels > kTop) {
    values.push_back(ratio(among_five, images));
  }
  values.insert(values.end(),
                {sums.mean_recall(), sums.macro_f1(), calibration_error(reliability_curve(judgements, times)),
                 loss / static_cast<double>(images)});
  return values;
}

}  // namespace

FigureName name_of(Figure figure) {
  switch (figure) {
    case Figure::top_1:
      return {"top_1", "top-1"};
    case Figure::top_5:
      return {"top_5", "top-5"};
    case Figure::mean_recall:
      return {"mean_recall", "mean per-class recall"};
    case Figure::mean_average_precision:
      return {"mean_average_precision", "mean average precision"};
    case Figure::micro_average_precision:
      return {"micro_average_precision", "micro average precision"};
    case Figure::macro_f1:
      return {"macro_f1", "macro F1"};
    case Figure::micro_f1:
      return {"micro_f1", "micro F1"};
    case Figure::exact_match:
      return {"exact_match", "every label right"};
    case Figure::calibration_error:
      return {"calibration_error", "calibration error", false, false};
    case Figure::log_loss:
      break;
  }
  return {"log_loss", "log loss", false, false};
}

Logits logits_of(const Classifier& classifier, const Matrix& embeddings) {
  Logits logits{embeddings.rows, classifier.labels.size(), {}, classifier.activation};
  logits.values.reserve(logits.images * logits.labels);
  for (std::size_t image = 0; image < logits.images; ++image) {
    for (std::size_t label = 0; label < logits.labels; ++label) {
      const auto [scale, bias] = classifier.score_of(label);
      logits.values.push_back(scale * dot(embeddings.row(image), classifier.weights.row(label)) + bias);
    }
  }
  return logits;
}

std::vector<double> probabilities(std::span<const double> logits, Activation activation, double temperature) {
  std::vector<double> values(logits.size());
  if (activation == Activation::sigmoid) {
    std::ranges::transform(logits, values.begin(),
                           [&](double logit) { return 1 / (1 + std::exp(-logit / temperature)); });
    return values;
  }
  const double best = *std::ranges::max_element(logits);
  const double sum = softmax_denominator(logits, best, temperature);
  std::ranges::transform(logits, values.begin(),
                         [&](double logit) { return std::exp((logit - best) / temperature) / sum; });
  return values;
}

std::vector<Answer> answers(const Logits& logits, const Truth& truth) {
  std::vector<Answer> given(logits.images);
  for (std::size_t image = 0; image < logits.images; ++image) {
    const auto row = logits.row(image);
    const auto best = std::ranges::max_element(row);
    const std::size_t right = truth[image].front();
    auto& answer = given[image];
    answer.truth = right;
    answer.predicted = static_cast<std::size_t>(best - row.begin());
    answer.confidence = probabilities(row, logits.activation)[answer.predicted];
    for (std::size_t label = 0; label < row.size(); ++label) {
      const bool before = row[label] > row[right] || (row[label] == row[right] && label < right);
      answer.rank += before ? 1 : 0;
    }
  }
  return given;
}

Measure single_label_measure(const Logits& logits, const Truth& truth) {
  Measure measure{{Figure::top_1},
                  SingleLabelFigures{logits.labels, answers(logits, truth),
                                     first_label_judgements(logits, truth), log_losses(logits, truth)}};
  if (logits.labels > kTop) {
    measure.figures.push_back(Figure::top_5);
  }
  measure.figures.insert(measure.figures.end(), {Figure::mean_recall, Figure::macro_f1,
                                                 Figure::calibration_error, Figure::log_loss});
  return measure;
}

double BinaryCounts::recall() const {
  return ratio(true_positives, positives());
}

double BinaryCounts::precision() const {
  return ratio(true_positives, predicted());
}

double BinaryCounts::f1() const {
  return ratio(2 * true_positives, positives() + predicted());
}

std::vector<std::vector<bool>> predictions(const std::vector<Answer>& answers, std::size_t labels) {
  std::vector<std::vector<bool>> predicted(answers.size(), std::vector<bool>(labels));
  for (std::size_t image = 0; image < answers.size(); ++image) {
    predicted[image][answers[image].predicted] = true;
  }
  return predicted;
}

std::vector<BinaryCounts> label_counts(const std::vector<std::vector<bool>>& predicted, const Truth& truth,
                                       std::size_t labels, std::span<const std::uint32_t> times) {
  std::vector<BinaryCounts> counts(labels);
  for (std::size_t image = 0; image < predicted.size(); ++image) {
    const std::size_t count = times.empty() ? 1 : times[image];
    std::vector<bool> right(labels);
    for (const auto label : truth[image]) {
      right[label] = true;
    }
    for (std::size_t label = 0; label < labels; ++label) {
      auto& of_label = counts[label];
      auto& cell = predicted[image][label]
                       ? (right[label] ? of_label.true_positives : of_label.false_positives)
                       : (right[label] ? of_label.false_negatives : of_label.true_negatives);
      cell += count;
    }
  }
  return counts;
}

std::vector<std::size_t> confusion_matrix(std::span<const Answer> answers, std::size_t labels) {
  std::vector<std::size_t> matrix(labels * labels);
  for (const auto& answer : answers) {
    ++matrix[answer.truth * labels + answer.predicted];
  }
  return matrix;
}

}  // namespace clip_classify
