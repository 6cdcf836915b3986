// EXIF orientation, found without decoding the picture.
#pragma once

#include "image/bytes.h"
#include "image/probe.h"

namespace clip_classify {

/// The orientation tag of the first directory of a TIFF structure, 1 (as stored) where there is none or it is
/// not 1..8. `tiff` begins with the byte order mark.
int tiff_orientation(Bytes tiff);

/// The EXIF orientation of a file: JPEG's APP1, PNG's eXIf, WebP's EXIF chunk, TIFF's own tag. 1 for other
/// formats: HEIF containers turn the picture themselves.
int exif_orientation(Bytes file, ImageFormat format);

}  // namespace clip_classify
