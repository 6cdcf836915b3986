#include "train/schedule.h"

#include <cmath>
#include <numbers>

namespace clip_classify {

double learning_rate_share(double progress, double warmup) {
  if (progress < warmup) {
    return progress / warmup;
  }
  return progress >= 1 ? 0.0 : 0.5 * (1 + std::cos(std::numbers::pi * (progress - warmup) / (1 - warmup)));
}

}  // namespace clip_classify
