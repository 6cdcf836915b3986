// Small pictures as JPEG, for pages that carry them inside.
#pragma once

#include <string>

#include "clip_classify/image.h"

namespace clip_classify {

/// The bytes of a JPEG file (sRGB, 4:2:0). `quality` is libjpeg's, 1..100. Throws Error (output) where
/// libjpeg can't: out of memory, or a side over 65,500 pixels.
std::string encode_jpeg(const Image& image, int quality);

}  // namespace clip_classify
