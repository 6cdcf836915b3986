// The marker segments of a JPEG file up to the first scan.
#pragma once

#include "image/bytes.h"

namespace clip_classify {

/// Calls `visit(marker, payload)` for each segment before the compressed data, until it returns true.
template <typename Visit>
void walk_jpeg_markers(Bytes file, Visit visit) {
  std::uint64_t position = 2;
  while (true) {
    // Between segments there may be any number of fill bytes and, in files found in the wild, rubbish.
    const auto lead = read_number(file, position, 1, Endian::big);
    if (!lead) {
      return;
    }
    ++position;
    const auto marker = read_number(file, position, 1, Endian::big).value_or(0);
    if (*lead != 0xFF || marker == 0xFF || marker == 0) {
      continue;
    }
    ++position;
    if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
      continue;
    }
    if (marker == 0xD9 || marker == 0xDA) {
      return;
    }
    const auto length = read_number(file, position, 2, Endian::big).value_or(0);
    if (length < 2 || visit(static_cast<int>(marker), slice(file, position + 2, length - 2))) {
      return;
    }
    position += length;
  }
}

}  // namespace clip_classify
