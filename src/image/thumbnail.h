// A small picture of a whole image file, upright and in its proportions.
#pragma once

#include "clip_classify/image.h"
#include "image/bytes.h"

namespace clip_classify {

/// At most `side` pixels wide and high, never larger than the image itself; transparency over white. Large
/// JPEGs are decoded at a part of their size. Throws what decode_image throws.
Image make_thumbnail(Bytes file, int side, DecodeOptions options);

}  // namespace clip_classify
