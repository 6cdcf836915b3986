// What a model's resize and crop mean for a stored picture of some size.
#pragma once

#include "clip_classify/image.h"
#include "image/resample.h"

namespace clip_classify {

/// A picture as a decoder gives it: perhaps at 1/`reduction` of its size, and not turned yet.
struct Stored {
  int width = 0;  ///< of the whole picture, not reduced
  int height = 0;
  int orientation = 1;  ///< EXIF's
  int reduction = 1;
};

/// Makes, of the rows of a stored picture, the pixels that turning, resizing and cropping the whole would
/// give, still to be turned.
Resampling plan_resize(const Stored& stored, const ImageSpec& spec);

/// All of that for a decoded picture.
Image resize_stored(const Image& image, int orientation, const ImageSpec& spec);

/// The largest of 1, 2, 4 and 8 at which a decoder may reduce a picture whose model sees no detail beyond.
int largest_reduction(const Stored& stored, const ImageSpec& spec);

}  // namespace clip_classify
