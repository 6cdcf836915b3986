// Random parts of training pictures, and mirrored ones.
#pragma once

#include <ATen/ATen.h>

#include "train/random.h"

namespace clip_classify {

struct Augmentation {
  bool crop = false;
  bool flip = false;
};

/// `picture` is [3, height, width] of float, and so is the result: a part of 90 to 100 % of its area,
/// resized, and mirrored every other time, as far as `augmentation` says.
at::Tensor augmented(const at::Tensor& picture, const Augmentation& augmentation, Random random);

}  // namespace clip_classify
