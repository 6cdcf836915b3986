// The first directory of a TIFF file or an EXIF block.
#pragma once

#include <optional>

#include "image/bytes.h"

namespace clip_classify {

/// TIFF 6.0, section 8; EXIF has taken it over.
inline constexpr std::uint64_t kOrientationTag = 0x0112;

struct TiffEntry {
  std::uint64_t value = 0;         ///< the first value, for the unsigned integer types
  std::uint64_t value_offset = 0;  ///< where its bytes are
  int value_size = 0;
  Endian endian = Endian::little;
};

/// The entry of `tag`, if it is there and holds an unsigned integer. Classic TIFF and BigTIFF.
std::optional<TiffEntry> find_tiff_entry(Bytes tiff, std::uint64_t tag);

}  // namespace clip_classify
