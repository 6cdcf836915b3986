// One decoder a format. Each throws Error (input), prints nothing, and gives pixels that are not turned yet.
#pragma once

#include <cstdint>
#include <string>

#include "clip_classify/error.h"
#include "clip_classify/image.h"
#include "image/bytes.h"
#include "image/probe.h"

namespace clip_classify {

Image decode_jpeg(Bytes file, const DecodeOptions& options);
Image decode_png(Bytes file, const DecodeOptions& options);
Image decode_pnm(Bytes file);
Image decode_gif(Bytes file, const DecodeOptions& options);
#ifdef CLIP_CLASSIFY_HEIF
Image decode_heif(Bytes file, const DecodeOptions& options);
#endif
Image decode_webp(Bytes file, const DecodeOptions& options);
Image decode_tiff(Bytes file, const DecodeOptions& options);
/// What cv::imdecode makes of a file: the last step of WebP and TIFF, and all there is to BMP and JPEG 2000.
Image decode_with_opencv(Bytes file, const DecodeOptions& options);

inline Error damaged(const std::string& detail) {
  return input_error("decode", "not an image, or damaged: " + detail);
}

/// Throws Error (input, "too_large") for more pixels than the limit, "decode" for none.
void check_dimensions(const Dimensions& size, std::int64_t max_pixels);

/// A channel of a pixel over white.
inline std::uint8_t over_white(unsigned value, unsigned alpha) {
  return static_cast<std::uint8_t>((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

/// RGBA pixels to RGB ones as `alpha` says.
inline void drop_alpha(const std::uint8_t* rgba, std::uint8_t* rgb, std::size_t pixels, Alpha alpha) {
  for (std::size_t pixel = 0; pixel < pixels; ++pixel, rgba += 4) {
    for (int channel = 0; channel < 3; ++channel) {
      *rgb++ = alpha == Alpha::drop ? rgba[channel] : over_white(rgba[channel], rgba[3]);
    }
  }
}

}  // namespace clip_classify
