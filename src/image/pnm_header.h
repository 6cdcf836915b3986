// The header of a PBM, PGM or PPM file.
#pragma once

#include <optional>

#include "image/bytes.h"

namespace clip_classify {

struct PnmHeader {
  int kind = 0;  ///< the digit of "P1" to "P6"
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  std::uint64_t max_value = 1;
  std::uint64_t data = 0;  ///< where the pixels begin

  bool is_text() const { return kind <= 3; }
  bool is_bitmap() const { return kind == 1 || kind == 4; }
  int channels() const { return kind == 3 || kind == 6 ? 3 : 1; }
};

/// Nothing when it is damaged.
std::optional<PnmHeader> read_pnm_header(Bytes file);

/// The number in decimal digits at `position`, after white space and comments; moves `position` behind it.
std::optional<std::uint64_t> read_pnm_number(Bytes file, std::uint64_t& position);

}  // namespace clip_classify
