#include <algorithm>
#include <cmath>
#include <limits>

#include "clip_classify/calibration.h"
#include "clip_classify/evaluation.h"

namespace clip_classify {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Something that is ranked: an image, or a pair of image and label.
struct Ranked {
  double logit = 0.0;
  std::size_t image = 0;
  bool right = false;
};

void sort_best_first(std::vector<Ranked>& ranking) {
  std::ranges::sort(ranking, std::ranges::greater(), &Ranked::logit);
}

double average_precision(std::span<const Ranked> ranking, std::span<const std::uint32_t> times) {
  double positives = 0;
  for (const auto& entry : ranking) {
    positives += entry.right ? times[entry.image] : 0;
  }
  double sum = 0;
  double seen = 0;
  double found = 0;
  double found_before = 0;
  for (std::size_t i = 0; i < ranking.size(); ++i) {
    seen += times[ranking[i].image];
    found += ranking[i].right ? times[ranking[i].image] : 0;
    const bool last_of_equals = i + 1 == ranking.size() || ranking[i + 1].logit != ranking[i].logit;
    if (last_of_equals && found > found_before) {
      sum += (found - found_before) * found / seen;
      found_before = found;
    }
  }
  return positives > 0 ? sum / positives : kNone;
}

std::vector<std::vector<bool>> membership(const Truth& truth, std::size_t labels) {
  std::vector<std::vector<bool>> right(truth.size(), std::vector<bool>(labels));
  for (std::size_t image = 0; image < truth.size(); ++image) {
    for (const auto label : truth[image]) {
      right[image][label] = true;
    }
  }
  return right;
}

std::vector<std::vector<Ranked>> rankings_of(const Logits& logits,
                                             const std::vector<std::vector<bool>>& right) {
  std::vector<std::vector<Ranked>> rankings(logits.labels);
  for (std::size_t label = 0; label < logits.labels; ++label) {
    for (std::size_t image = 0; image < logits.images; ++image) {
      rankings[label].push_back({logits.row(image)[label], image, right[image][label]});
    }
    sort_best_first(rankings[label]);
  }
  return rankings;
}

/// A label that is right for an image, predicted, or both.
struct Cell {
  std::size_t image = 0;
  std::size_t label = 0;
  bool predicted = false;
  bool right = false;
};

struct MultiLabelFigures {
  MultiLabelFigures(const Logits& logits, const Truth& truth, double threshold)
      : labels(logits.labels), judgements(all_judgements(logits, truth)), losses(log_losses(logits, truth)) {
    const auto right = membership(truth, labels);
    const auto predicted = predictions(logits, threshold);
    for (std::size_t image = 0; image < logits.images; ++image) {
      exact.push_back(right[image] == predicted[image]);
      for (std::size_t label = 0; label < labels; ++label) {
        if (right[image][label] || predicted[image][label]) {
          cells.push_back({image, label, predicted[image][label], right[image][label]});
        }
      }
    }
    rankings = rankings_of(logits, right);
    for (const auto& ranking : rankings) {
      pairs.insert(pairs.end(), ranking.begin(), ranking.end());
    }
    sort_best_first(pairs);
  }

  std::vector<double> operator()(std::span<const std::uint32_t> times) const;
  double mean_average_precision(std::span<const std::uint32_t> times) const;

  std::size_t labels;
  std::vector<Judgement> judgements;
  std::vector<double> losses;
  std::vector<bool> exact;
  std::vector<Cell> cells;
  std::vector<std::vector<Ranked>> rankings;  ///< images, for each label
  std::vector<Ranked> pairs;                  ///< all of these in one
};

double MultiLabelFigures::mean_average_precision(std::span<const std::uint32_t> times) const {
  double sum = 0;
  double used = 0;
  for (const auto& ranking : rankings) {
    const double precision = average_precision(ranking, times);
    sum += std::isnan(precision) ? 0 : precision;
    used += std::isnan(precision) ? 0 : 1;
  }
  return used > 0 ? sum / used : kNone;
}

std::vector<double> MultiLabelFigures::operator()(std::span<const std::uint32_t> times) const {
  double images = 0;
  double exact_images = 0;
  double loss = 0;
  for (std::size_t image = 0; image < losses.size(); ++image) {
    images += times[image];
    exact_images += exact[image] ? times[image] : 0;
    loss += times[image] * losses[image];
  }
  if (images == 0) {
    return std::vector<double>(7, kNone);
  }
  std::vector<BinaryCounts> counts(labels);
  BinaryCounts all;
  for (const auto& cell : cells) {
    for (auto* const of : {&counts[cell.label], &all}) {
      of->true_positives += cell.predicted && cell.right ? times[cell.image] : 0;
      of->false_positives += cell.predicted && !cell.right ? times[cell.image] : 0;
      of->false_negatives += cell.right && !cell.predicted ? times[cell.image] : 0;
    }
  }
  double f1 = 0;
  double used = 0;
  for (const auto& of_label : counts) {
    f1 += of_label.f1();
    used += of_label.positives() + of_label.predicted() > 0 ? 1 : 0;
  }
  return {mean_average_precision(times),
          average_precision(pairs, times),
          used > 0 ? f1 / used : kNone,
          all.f1(),
          exact_images / images,
          calibration_error(reliability_curve(judgements, times)),
          loss / images};
}

}  // namespace

std::vector<std::vector<bool>> predictions(const Logits& logits, double threshold) {
  std::vector<std::vector<bool>> predicted(logits.images, std::vector<bool>(logits.labels));
  for (std::size_t image = 0; image < logits.images; ++image) {
    const auto values = probabilities(logits.row(image), logits.activation);
    std::transform(values.begin(), values.end(), predicted[image].begin(),
                   [&](double value) { return value >= threshold; });
  }
  return predicted;
}

Measure multi_label_measure(const Logits& logits, const Truth& truth, double threshold) {
  return {{Figure::mean_average_precision, Figure::micro_average_precision, Figure::macro_f1,
           Figure::micro_f1, Figure::exact_match, Figure::calibration_error, Figure::log_loss},
          MultiLabelFigures(logits, truth, threshold)};
}

std::vector<double> average_precisions(const Logits& logits, const Truth& truth) {
  const std::vector<std::uint32_t> once(logits.images, 1);
  std::vector<double> values;
  for (const auto& ranking : rankings_of(logits, membership(truth, logits.labels))) {
    values.push_back(average_precision(ranking, once));
  }
  return values;
}

}  // namespace clip_classify
