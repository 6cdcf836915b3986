// An interval of numbers: where a figure may lie.
#pragma once

namespace clip_classify {

/// Both ends are NaN where there is none.
struct Interval {
  double low = 0.0;
  double high = 0.0;
};

}  // namespace clip_classify
