// How much memory a picture will take, before it is decoded.
#include <algorithm>

#include "clip_classify/error.h"
#include "clip_classify/image.h"
#include "image/jpeg_markers.h"
#include "image/probe.h"

namespace clip_classify {
namespace {

/// The picture as RGBA or BGR, and as RGB.
constexpr std::uint64_t kBytesPerPixel = 7;
/// A progressive JPEG's coefficients, where no channel is subsampled.
constexpr std::uint64_t kBytesOfCoefficients = 6;
/// Rows of any other JPEG that are in work at once, three channels each.
constexpr std::uint64_t kBytesPerColumn = std::uint64_t{64} * 3;
/// Only libheif finds the size of a HEIF picture: a phone's, of 12 megapixels.
constexpr std::uint64_t kHeifPixels = 12'000'000;

bool is_progressive(Bytes jpeg) {
  constexpr int start_of_progressive_frame = 0xC2;
  bool found = false;
  walk_jpeg_markers(jpeg, [&](int marker, Bytes) {
    found = found || marker == start_of_progressive_frame;
    return found;
  });
  return found;
}

}  // namespace

std::uint64_t decoding_memory(std::span<const std::byte> bytes) {
  const auto format = detect_format(bytes);
  if (!format) {
    return 0;
  }
  try {
    const Dimensions size = probe_dimensions(bytes, *format);
    switch (*format) {
      case ImageFormat::jpeg:
        return is_progressive(bytes) ? size.width * size.height * kBytesOfCoefficients
                                     : size.width * kBytesPerColumn;
      case ImageFormat::heif:
        return kHeifPixels * kBytesPerPixel;
      default:
        // A claim beyond any limit is refused by decode_image.
        return std::min(size.width, std::uint64_t{1} << 28) * std::min(size.height, std::uint64_t{1} << 28) *
               kBytesPerPixel;
    }
  } catch (const Error&) {
    return 0;
  }
}

}  // namespace clip_classify
