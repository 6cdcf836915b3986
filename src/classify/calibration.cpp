#include "clip_classify/calibration.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "classify/softplus.h"

namespace clip_classify {
namespace {

/// Beyond these inverse temperatures none is looked for.
constexpr double kLeastInverse = 1e-6;
constexpr double kMostInverse = 1e6;
constexpr int kSteps = 200;
constexpr double kPrecision = 1e-10;

std::size_t bin_of(double probability) {
  const double place = std::ceil(probability * static_cast<double>(kReliabilityBins)) - 1;
  return static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(kReliabilityBins - 1)));
}

bool holds(const std::vector<std::size_t>& labels, std::size_t label) {
  return std::ranges::find(labels, label) != labels.end();
}

double softmax_loss(std::span<const double> row, std::size_t right, double temperature) {
  const double best = *std::ranges::max_element(row);
  double sum = 0;
  for (const double logit : row) {
    sum += std::exp((logit - best) / temperature);
  }
  return std::log(sum) - (row[right] - best) / temperature;
}

double sigmoid_loss(std::span<const double> row, const std::vector<std::size_t>& right, double temperature) {
  double sum = 0;
  for (const double logit : row) {
    sum += softplus(logit / temperature);
  }
  for (const auto label : right) {
    sum -= row[label] / temperature;
  }
  return sum / static_cast<double>(row.size());
}

/// Of the summed loss, in the inverse temperature.
struct Derivatives {
  double first = 0.0;
  double second = 0.0;
};

Derivatives derivatives(const Logits& logits, const Truth& truth, double inverse) {
  Derivatives sums;
  for (std::size_t image = 0; image < logits.images; ++image) {
    const auto row = logits.row(image);
    const auto shares = probabilities(row, logits.activation, 1 / inverse);
    double mean = 0;
    double second = 0;
    for (std::size_t label = 0; label < row.size(); ++label) {
      mean += shares[label] * row[label];
    }
    for (std::size_t label = 0; label < row.size(); ++label) {
      second += logits.activation == Activation::softmax
                    ? shares[label] * (row[label] - mean) * (row[label] - mean)
                    : shares[label] * (1 - shares[label]) * row[label] * row[label];
    }
    for (const auto label : truth[image]) {
      mean -= row[label];
    }
    sums.first += mean;
    sums.second += second;
  }
  return sums;
}

}  // namespace

std::vector<Judgement> first_label_judgements(const Logits& logits, const Truth& truth, double temperature) {
  std::vector<Judgement> judgements;
  judgements.reserve(logits.images);
  for (std::size_t image = 0; image < logits.images; ++image) {
    const auto row = logits.row(image);
    const auto first = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
    judgements.push_back(
        {image, probabilities(row, logits.activation, temperature)[first], first == truth[image].front()});
  }
  return judgements;
}

std::vector<Judgement> all_judgements(const Logits& logits, const Truth& truth, double temperature) {
  std::vector<Judgement> judgements;
  judgements.reserve(logits.images * logits.labels);
  for (std::size_t image = 0; image < logits.images; ++image) {
    const auto shares = probabilities(logits.row(image), logits.activation, temperature);
    for (std::size_t label = 0; label < shares.size(); ++label) {
      judgements.push_back({image, shares[label], holds(truth[image], label)});
    }
  }
  return judgements;
}

std::vector<ReliabilityBin> reliability_curve(std::span<const Judgement> judgements,
                                              std::span<const std::uint32_t> times) {
  std::vector<ReliabilityBin> bins(kReliabilityBins);
  for (const auto& judgement : judgements) {
    const std::size_t count = times.empty() ? 1 : times[judgement.image];
    auto& bin = bins[bin_of(judgement.probability)];
    bin.count += count;
    bin.probability += static_cast<double>(count) * judgement.probability;
    bin.share_right += judgement.right ? static_cast<double>(count) : 0;
  }
  for (auto& bin : bins) {
    const auto count = static_cast<double>(std::max<std::size_t>(bin.count, 1));
    bin.probability /= count;
    bin.share_right /= count;
  }
  return bins;
}

double calibration_error(std::span<const ReliabilityBin> bins) {
  double sum = 0;
  double all = 0;
  for (const auto& bin : bins) {
    const auto count = static_cast<double>(bin.count);
    sum += count * std::abs(bin.probability - bin.share_right);
    all += count;
  }
  return all > 0 ? sum / all : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> log_losses(const Logits& logits, const Truth& truth, double temperature) {
  std::vector<double> losses;
  losses.reserve(logits.images);
  for (std::size_t image = 0; image < logits.images; ++image) {
    losses.push_back(logits.activation == Activation::softmax
                         ? softmax_loss(logits.row(image), truth[image].front(), temperature)
                         : sigmoid_loss(logits.row(image), truth[image], temperature));
  }
  return losses;
}

std::optional<double> best_temperature(const Logits& logits, const Truth& truth) {
  // Where the derivative, which never falls, passes 0: Newton's steps, halving where they leave the bracket.
  double low = kLeastInverse;
  double high = kMostInverse;
  if (!(derivatives(logits, truth, low).first < 0) || !(derivatives(logits, truth, high).first > 0)) {
    return std::nullopt;
  }
  double inverse = 1;
  for (int step = 0; step < kSteps && high / low > 1 + kPrecision; ++step) {
    const auto slope = derivatives(logits, truth, inverse);
    if (slope.first == 0) {
      break;
    }
    (slope.first < 0 ? low : high) = inverse;
    const double next = inverse - slope.first / slope.second;
    if (std::abs(next - inverse) <= kPrecision * inverse) {
      break;
    }
    inverse = next > low && next < high ? next : std::sqrt(low * high);
  }
  return 1 / inverse;
}

}  // namespace clip_classify
