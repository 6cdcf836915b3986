#include "classify/score_fits.h"

#include <algorithm>
#include <cmath>

#include "classify/softplus.h"

namespace clip_classify {
namespace {

constexpr int kMostSteps = 60;
constexpr double kStill = 1e-9;  ///< a step that changes no more than this part is the last

/// Mean and variance of a row's logits under softmax(factor * logits).
struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments moments(const FloatRows& logits, Eigen::Index row, double factor) {
  const auto scores = logits.row(row).cast<double>().array();
  const double best = scores.maxCoeff();
  double sum = 0;
  double first = 0;
  double second = 0;
  for (Eigen::Index label = 0; label < logits.cols(); ++label) {
    const double below = static_cast<double>(logits(row, label)) - best;
    const double share = std::exp(factor * below);
    sum += share;
    first += share * below;
    second += share * below * below;
  }
  first /= sum;
  return {best + first, std::max(0.0, second / sum - first * first)};
}

/// The mean over the rows of how far logits of one row are apart.
double spread_of(const FloatRows& logits) {
  const auto centred = (logits.colwise() - logits.rowwise().mean()).eval();
  return std::sqrt(static_cast<double>(centred.squaredNorm()) / static_cast<double>(logits.size()));
}

/// The loss of word trials at a scale and bias, with its derivatives.
struct WordLoss {
  double value = 0;
  double by_scale = 0;
  double by_bias = 0;
  double scale_twice = 0;
  double both = 0;
  double bias_twice = 0;
};

WordLoss word_loss(std::span<const WordTrial> trials, ScoreSpec at, double right, double wrong) {
  WordLoss loss;
  for (const auto& trial : trials) {
    const double score = at.scale * trial.logit + at.bias - trial.rest;
    const double target = trial.right ? right : wrong;
    const double probability = 1 / (1 + std::exp(-score));
    const double slope = trial.weight * (probability - target);
    const double curve = trial.weight * probability * (1 - probability);
    loss.value += trial.weight * (softplus(score) - target * score);
    loss.by_scale += slope * trial.logit;
    loss.by_bias += slope;
    loss.scale_twice += curve * trial.logit * trial.logit;
    loss.both += curve * trial.logit;
    loss.bias_twice += curve;
  }
  return loss;
}

}  // namespace

double fit_temperature(const Calibration& examples) {
  const auto class_count = static_cast<double>(examples.logits.cols());
  const double used =
      static_cast<double>(std::ranges::count_if(examples.weights, [](double weight) { return weight > 0; }));
  const double spread = spread_of(examples.logits);
  if (spread <= 0 || used <= 0) {
    return 1;
  }
  const double smoothed = class_count / (used + class_count);
  // The loss is convex in the factor.
  double factor = 1 / spread;
  for (int step = 0; step < kMostSteps; ++step) {
    double slope = 0;
    double curve = 0;
    for (Eigen::Index row = 0; row < examples.logits.rows(); ++row) {
      const auto index = static_cast<std::size_t>(row);
      if (examples.weights[index] <= 0) {
        continue;
      }
      const auto [mean, variance] = moments(examples.logits, row, factor);
      const double own =
          static_cast<double>(examples.logits(row, static_cast<Eigen::Index>(examples.classes[index])));
      const double all = static_cast<double>(examples.logits.row(row).mean());
      slope += examples.weights[index] * (mean - (1 - smoothed) * own - smoothed * all);
      curve += examples.weights[index] * variance;
    }
    const double wanted = curve > 0 ? factor - slope / curve : factor * (slope > 0 ? 0.25 : 4);
    const double next = std::clamp(wanted, factor / 4, factor * 4);
    const bool still = std::abs(next - factor) <= kStill * factor;
    factor = std::clamp(next, 1e-3 / spread, 1e3 / spread);
    if (still) {
      break;
    }
  }
  return factor;
}

std::vector<double> cross_entropies(const Calibration& examples, double factor) {
  std::vector<double> losses(examples.classes.size());
  for (std::size_t index = 0; index < losses.size(); ++index) {
    const auto row = static_cast<Eigen::Index>(index);
    const Eigen::ArrayXd scores = factor * examples.logits.row(row).cast<double>().array().transpose();
    const double best = scores.maxCoeff();
    losses[index] = best + std::log((scores - best).exp().sum()) -
                    scores[static_cast<Eigen::Index>(examples.classes[index])];
  }
  return losses;
}

double log_mean_exp(std::span<const double> logits, const std::vector<bool>& counted) {
  double best = -HUGE_VAL;
  for (std::size_t label = 0; label < logits.size(); ++label) {
    best = counted[label] ? std::max(best, logits[label]) : best;
  }
  double sum = 0;
  double count = 0;
  for (std::size_t label = 0; label < logits.size(); ++label) {
    if (counted[label]) {
      sum += std::exp(logits[label] - best);
      ++count;
    }
  }
  return best + std::log(sum / count);
}

ScoreSpec fit_word_scale(std::span<const WordTrial> trials, ScoreSpec start) {
  const auto rights = static_cast<double>(std::ranges::count_if(trials, &WordTrial::right));
  const auto wrongs = static_cast<double>(trials.size()) - rights;
  if (rights == 0 || wrongs == 0) {
    return start;
  }
  const double right = (rights + 1) / (rights + 2);
  const double wrong = 1 / (wrongs + 2);
  ScoreSpec at = start;
  auto loss = word_loss(trials, at, right, wrong);
  for (int step = 0; step < kMostSteps; ++step) {
    const double ridge = 1e-9 * (loss.scale_twice + loss.bias_twice) + 1e-12;
    const double a = loss.scale_twice + ridge;
    const double c = loss.bias_twice + ridge;
    const double determinant = a * c - loss.both * loss.both;
    ScoreSpec way{(loss.both * loss.by_bias - c * loss.by_scale) / determinant,
                  (loss.both * loss.by_scale - a * loss.by_bias) / determinant};
    if (at.scale == 0 && way.scale < 0) {
      way = {0, -loss.by_bias / c};
    }
    ScoreSpec next;
    WordLoss next_loss;
    double length = 1;
    do {
      next = {std::max(0.0, at.scale + length * way.scale), at.bias + length * way.bias};
      next_loss = word_loss(trials, next, right, wrong);
      length /= 2;
    } while (next_loss.value > loss.value && length > 1e-6);
    if (!(next_loss.value < loss.value - kStill * std::abs(loss.value))) {
      break;
    }
    at = next;
    loss = next_loss;
  }
  return at;
}

}  // namespace clip_classify
