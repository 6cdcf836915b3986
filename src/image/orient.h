// Turning and mirroring a picture as its EXIF orientation says.
#pragma once

#include "clip_classify/image.h"

namespace clip_classify {

/// `orientation` is 1..8; 1 gives the picture back without a copy.
Image orient(Image image, int orientation);

}  // namespace clip_classify
