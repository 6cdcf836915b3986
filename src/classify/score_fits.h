// From scores that only rank to probabilities that mean something, on examples that the scores' classifier
// did not see.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "classify/linear_fit.h"
#include "clip_classify/manifest.h"

namespace clip_classify {

/// Examples to calibrate on: logits of each, its class, and its weight (0: not used).
struct Calibration {
  const FloatRows& logits;
  const std::vector<std::size_t>& classes;
  const std::vector<double>& weights;
};

/// The factor of the logits that makes softmax(factor * logits) most likely (Guo et al. 2017, "On calibration
/// of modern neural networks", section 4.2: 1 / temperature). The targets are smoothed by one more example
/// of each class (Platt 1999), so that a few examples that are told apart do not make anything certain.
double fit_temperature(const Calibration& examples);

/// The cross-entropy of each example, without its weight.
std::vector<double> cross_entropies(const Calibration& examples, double factor);

/// log(mean(exp(logits))) over the classes marked in `counted`.
double log_mean_exp(std::span<const double> logits, const std::vector<bool>& counted);

/// An image, and a label that only words stand for among labels with examples.
struct WordTrial {
  double logit = 0;  ///< zero-shot, of image and words
  double rest = 0;   ///< log(sum(exp(logits))) of the labels with examples
  double weight = 1;
  bool right = false;  ///< the words are the image's
};

/// The scale and bias of zero-shot logits that make sigmoid(scale * logit + bias - rest), the probability
/// that the words get in the softmax of all, most likely (Platt scaling, targets smoothed as his are). The
/// scale is never below 0. `start` is where there is nothing to learn from.
ScoreSpec fit_word_scale(std::span<const WordTrial> trials, ScoreSpec start);

}  // namespace clip_classify
