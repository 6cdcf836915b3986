// What a file is and how large its picture is, from its first bytes, before any decoder sees it.
#pragma once

#include <cstdint>
#include <optional>

#include "image/bytes.h"

namespace clip_classify {

enum class ImageFormat { jpeg, png, webp, tiff, bmp, pnm, jpeg2000, gif, heif };

struct Dimensions {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
};

/// Told from the content alone; nothing when it is no format that is known.
std::optional<ImageFormat> detect_format(Bytes file);

/// The size of the picture (GIF, WebP: of the canvas) as the header claims it, before any turning. Throws
/// Error (input, "decode") when the header is damaged. HEIF is the exception: its size is inside boxes that
/// only libheif reads, and its decoder checks it; the answer here is {0, 0}.
Dimensions probe_dimensions(Bytes file, ImageFormat format);

}  // namespace clip_classify
