// How surely a share is known that was counted on few items.
#pragma once

#include <cstddef>

#include "clip_classify/interval.h"

namespace clip_classify {

/// Wilson's score interval of 95 % for `hits` of `count` (Wilson 1927, "Probable inference, the law of
/// succession, and statistical inference"); 0 to 1 where nothing was counted.
Interval wilson_interval(std::size_t hits, std::size_t count);

/// A share that was counted, with that interval. Without trials: 0.
struct Proportion {
  std::size_t hits = 0;
  std::size_t trials = 0;
  double value = 0.0;
  Interval interval{0, 1};
};

Proportion proportion(std::size_t hits, std::size_t trials);

}  // namespace clip_classify
