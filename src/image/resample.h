// A part of a resized picture, for shapes whose whole resized picture would not fit in memory.
#pragma once

#include "clip_classify/image.h"

namespace clip_classify {

/// A rectangle of the resized picture.
struct Region {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
};

/// The pixels that `region` has when `image` is resized to `width` * `height`, to within 1 of 255 of
/// resize_and_crop's usual way. Time and memory depend on the region and on the part of `image` that it
/// shows, not on `width` * `height`.
Image resample_region(const Image& image, int width, int height, const Region& region,
                      ImageSpec::Interpolation interpolation, bool antialias);

}  // namespace clip_classify
