#include "clip_classify/resampling.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "clip_classify/error.h"

namespace clip_classify {

std::size_t Draws::next(std::size_t below) {
  std::uint64_t bits = (state_ += 0x9e3779b97f4a7c15U);
  bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
  bits ^= bits >> 31U;
  return static_cast<std::size_t>(((bits >> 32U) * below) >> 32U);
}

Resampled resample(const Measure& measure, std::span<const std::size_t> images, std::size_t all,
                   std::size_t samples, std::uint64_t seed, const std::stop_token& stop) {
  std::vector<std::uint32_t> times(all);
  for (const auto image : images) {
    times[image] = 1;
  }
  Resampled result{measure.of(times), {}};
  result.replicates.resize(result.values.size());
  Draws draws(seed);
  for (std::size_t sample = 0; sample < samples && !images.empty(); ++sample) {
    if (stop.stop_requested()) {
      throw Interrupted("interrupted while images were resampled");
    }
    std::ranges::fill(times, 0U);
    for (std::size_t i = 0; i < images.size(); ++i) {
      ++times[images[draws.next(images.size())]];
    }
    const auto values = measure.of(times);
    for (std::size_t figure = 0; figure < values.size(); ++figure) {
      result.replicates[figure].push_back(values[figure]);
    }
  }
  return result;
}

Interval percentile_interval(std::span<const double> values, double level) {
  std::vector<double> sorted;
  std::ranges::copy_if(values, std::back_inserter(sorted), [](double value) { return std::isfinite(value); });
  if (sorted.empty()) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    return {none, none};
  }
  std::ranges::sort(sorted);
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
  };
  return {at((1 - level) / 2), at((1 + level) / 2)};
}

std::vector<double> differences(std::span<const double> a, std::span<const double> b) {
  std::vector<double> result(std::min(a.size(), b.size()));
  std::transform(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(result.size()), b.begin(), result.begin(),
                 std::minus<>());
  return result;
}

McNemar mcnemar(const std::vector<bool>& first_right, const std::vector<bool>& second_right) {
  McNemar result;
  for (std::size_t image = 0; image < first_right.size(); ++image) {
    result.only_first += first_right[image] && !second_right[image] ? 1 : 0;
    result.only_second += second_right[image] && !first_right[image] ? 1 : 0;
  }
  const auto trials = static_cast<double>(result.only_first + result.only_second);
  const auto fewer = std::min(result.only_first, result.only_second);
  double tail = 0;
  for (std::size_t count = 0; count <= fewer; ++count) {
    const auto successes = static_cast<double>(count);
    tail += std::exp(std::lgamma(trials + 1) - std::lgamma(successes + 1) -
                     std::lgamma(trials - successes + 1) - trials * std::log(2.0));
  }
  result.p_value = std::min(1.0, 2 * tail);
  return result;
}

}  // namespace clip_classify
