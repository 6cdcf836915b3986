// A piece of logistic losses.
#pragma once

#include <algorithm>
#include <cmath>

namespace clip_classify {

/// ln(1 + exp(x)), which does not overflow.
inline double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

}  // namespace clip_classify
