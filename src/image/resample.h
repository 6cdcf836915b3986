// A part of a resized picture, computed exactly and alone.
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

/// Whether Pillow 13 resizes rows before columns. It rounds in between, so that the order shows.
bool rows_come_first(const Image& image, int width, int height);

/// The pixels that `region` has when `image` is resized to `width` * `height` as Pillow does it. Time and
/// memory depend on the region and on the part of `image` that it shows, not on `width` * `height`.
Image resample_region(const Image& image, int width, int height, const Region& region,
                      ImageSpec::Interpolation interpolation, bool antialias);

}  // namespace clip_classify
