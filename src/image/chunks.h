// The chunks of PNG and of WebP (RIFF) files.
#pragma once

#include <string_view>

#include "image/bytes.h"

namespace clip_classify {

/// Calls `visit(name, payload)` for each chunk of a PNG file, until it returns true.
template <typename Visit>
void walk_png_chunks(Bytes file, Visit visit) {
  std::uint64_t position = 8;
  while (const auto length = read_number(file, position, 4, Endian::big)) {
    if (visit(as_text(slice(file, position + 4, 4)), slice(file, position + 8, *length))) {
      return;
    }
    position += 12 + *length;
  }
}

/// Calls `visit(name, payload)` for each chunk in `chunks`, which begins with the first one (after the 12
/// bytes of a WebP file's own header), until it returns true.
template <typename Visit>
void walk_riff_chunks(Bytes chunks, Visit visit) {
  std::uint64_t position = 0;
  while (const auto length = read_number(chunks, position + 4, 4, Endian::little)) {
    if (visit(as_text(slice(chunks, position, 4)), slice(chunks, position + 8, *length))) {
      return;
    }
    position += 8 + *length + (*length & 1);
  }
}

}  // namespace clip_classify
