// How far a figure may be from what more such images would give, and whether two classifiers differ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "clip_classify/evaluation.h"
#include "clip_classify/interval.h"

namespace clip_classify {

/// The bootstrap (Efron 1979): figures of as many images as there are, drawn from them with replacement.
struct Resampled {
  std::vector<double> values;                   ///< the figures as they are, in the measure's order
  std::vector<std::vector<double>> replicates;  ///< for each figure, its value in each sample
};

/// Draws from `images`, which are numbers below `all`. The samples depend on nothing but how many images
/// there are and on the seed, so that two classifiers are measured on the same ones. Throws Interrupted when
/// `stop` is requested.
Resampled resample(const Measure& measure, std::span<const std::size_t> images, std::size_t all,
                   std::size_t samples, std::uint64_t seed, const std::stop_token& stop = {});

/// The middle `level` (0.95, say) of the values, which ends between two of them as in numpy.percentile. What
/// is not a number is left out.
Interval percentile_interval(std::span<const double> values, double level);

/// One replicate minus the other's.
std::vector<double> differences(std::span<const double> a, std::span<const double> b);

/// McNemar's test (1947) in its exact form: of the images that one classifier gets right and the other wrong,
/// both have the same chance of being the one under the hypothesis that they are as good. `p_value` is that
/// of a binomial test, two-sided.
struct McNemar {
  std::size_t only_first = 0;  ///< images that only the first gets right
  std::size_t only_second = 0;
  double p_value = 1.0;
};
McNemar mcnemar(const std::vector<bool>& first_right, const std::vector<bool>& second_right);

/// Reproducible draws, the same on every machine.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}
  /// 0 <= result < `below`, which is not 0 and under 2^32.
  std::size_t next(std::size_t below);

 private:
  std::uint64_t state_;  ///< SplitMix64 (Steele et al. 2014)
};

}  // namespace clip_classify
