// A JPEG file decoded row by row, whole or in part, in full or reduced size.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "image/bytes.h"

namespace clip_classify {

/// The part of a picture that is wanted, in pixels of the size that it is decoded at.
struct JpegWindow {
  int first_column = 0;
  int end_column = 0;
  int first_row = 0;
  int end_row = 0;
};

class JpegReader {
 public:
  /// Reads the header. `file` must outlive the reader. Throws Error (input).
  JpegReader(Bytes file, std::int64_t max_pixels);
  ~JpegReader();
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  int width() const;
  int height() const;

  /// Given the RGB pixels of a row, from the window's first column on. Must not throw.
  using OnRow = std::function<void(const std::uint8_t* rgb)>;

  /// Decodes once, at 1/`reduction` (1, 2, 4 or 8) of the size, rounded up, with the pixels in the window
  /// that decoding everything would give; what is outside is checked, but not computed. Throws Error (input,
  /// "decode") for a damaged or truncated file.
  void read(int reduction, const JpegWindow& window, const OnRow& on_row);

  struct Decoder;

 private:
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace clip_classify
