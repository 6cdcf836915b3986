// Which pixels of a picture are seen: the masks of occlusion and RISE.
#pragma once

#include <cstdint>
#include <span>

#include "clip_classify/explanation.h"

namespace clip_classify {

/// The pixels or rows that cell `cell` of `cells` begins with.
inline std::size_t cell_begin(std::size_t length, std::size_t cells, std::size_t cell) {
  return length * cell / cells;
}

class PictureMasks {
 public:
  /// Throws Error (usage), as explain_picture.
  PictureMasks(const MapOptions& options, std::size_t height, std::size_t width);

  std::size_t count() const;
  /// Sets the share of each pixel that is seen, row-major. Mask `index` is always the same one.
  void draw(std::size_t index, std::span<float> seen) const;

 private:
  void draw_square(std::size_t index, std::span<float> seen) const;
  void draw_blocks(std::size_t index, std::span<float> seen) const;

  MapOptions options_;
  std::size_t height_;
  std::size_t width_;
};

}  // namespace clip_classify
