// Whether probabilities mean what they say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "clip_classify/evaluation.h"

namespace clip_classify {

/// Of equal width, over probabilities from 0 to 1 (Guo et al. 2017, "On Calibration of Modern Neural
/// Networks").
inline constexpr std::size_t kReliabilityBins = 15;

/// Something said with a probability, and whether it was so. Where one label is right, each image's first
/// label; where labels are judged alone, every pair of image and label.
struct Judgement {
  std::size_t image = 0;
  double probability = 0.0;
  bool right = false;
};

std::vector<Judgement> first_label_judgements(const Logits& logits, const Truth& truth,
                                              double temperature = 1);
std::vector<Judgement> all_judgements(const Logits& logits, const Truth& truth, double temperature = 1);

/// A bin of the reliability curve: (low, high], 0 being in the first.
struct ReliabilityBin {
  std::size_t count = 0;
  double probability = 0.0;  ///< mean of what was said; 0 for an empty bin
  double share_right = 0.0;  ///< of it
};

/// Each judgement counts as often as its image's `times` says; once, when there are none.
std::vector<ReliabilityBin> reliability_curve(std::span<const Judgement> judgements,
                                              std::span<const std::uint32_t> times = {});

/// The expected calibration error: the bins' |probability - share_right|, weighted by their counts. NaN
/// without judgements.
double calibration_error(std::span<const ReliabilityBin> bins);

/// For each image, -ln of the right label's softmax; with sigmoids, the mean over labels of the binary
/// cross-entropy. Finite for all finite logits.
std::vector<double> log_losses(const Logits& logits, const Truth& truth, double temperature = 1);

/// By which logits are to be divided for the least mean log loss on these images (temperature scaling, Guo et
/// al. 2017, section 4.2). The loss is convex in its inverse. Nothing where no finite one is the best: when
/// every answer is right, or the scores know nothing.
std::optional<double> best_temperature(const Logits& logits, const Truth& truth);

}  // namespace clip_classify
