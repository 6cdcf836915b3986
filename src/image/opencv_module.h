// What libclip_classify_opencv.so holds: OpenCV's decoders, and the 130 libraries they bring, are loaded only
// when a file needs them, since that takes a tenth of a second.
#pragma once

#include <string>

#include "clip_classify/image.h"
#include "image/bytes.h"

namespace clip_classify {

struct OpenCvModule {
  Image (*decode)(Bytes file, const DecodeOptions& options);
  std::string (*version)();
  /// Draws a line of ASCII whose letters are `height` pixels high, its left lower corner at (x, y); returns
  /// its width. Without an image it only measures.
  int (*draw_text)(Image* image, const std::string& text, int x, int y, int height);
};

/// As above. Throws Error (input, "unsupported") where the module can't be loaded.
int draw_text(Image* image, const std::string& text, int x, int y, int height);

constexpr const char* kOpenCvModule = "clip_classify_opencv_module";  ///< the symbol

}  // namespace clip_classify
