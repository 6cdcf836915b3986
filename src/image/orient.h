// Turning and mirroring a picture as its EXIF orientation says.
#pragma once

#include "clip_classify/image.h"

namespace clip_classify {

/// Where the stored first row and first column are in the picture as it should be seen (EXIF 2.32, table 6).
/// Orientations are 1..8.
inline bool swaps_axes(int orientation) {
  return orientation >= 5;
}
inline bool starts_at_right(int orientation) {
  return orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
}
inline bool starts_at_bottom(int orientation) {
  return orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
}

/// `orientation` is 1..8; 1 gives the picture back without a copy.
Image orient(Image image, int orientation);

}  // namespace clip_classify
