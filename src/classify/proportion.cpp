#include "clip_classify/proportion.h"

#include <algorithm>
#include <cmath>

namespace clip_classify {

Interval wilson_interval(std::size_t hits, std::size_t count) {
  constexpr double z = 1.959964;  // of 95 %, two-sided
  if (count == 0) {
    return {0, 1};
  }
  const auto n = static_cast<double>(count);
  const double share = static_cast<double>(hits) / n;
  const double denominator = 1 + z * z / n;
  const double middle = (share + z * z / (2 * n)) / denominator;
  const double half = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / denominator;
  return {std::max(middle - half, 0.0), std::min(middle + half, 1.0)};
}

Proportion proportion(std::size_t hits, std::size_t trials) {
  const double value = trials > 0 ? static_cast<double>(hits) / static_cast<double>(trials) : 0;
  return {hits, trials, value, wilson_interval(hits, trials)};
}

}  // namespace clip_classify
