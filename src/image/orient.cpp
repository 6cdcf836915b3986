#include "image/orient.h"

#include <algorithm>

namespace clip_classify {

Image orient(Image image, int orientation) {
  if (orientation <= 1 || orientation > 8) {
    return image;
  }
  const bool transposed = swaps_axes(orientation);
  const bool from_right = transposed ? starts_at_bottom(orientation) : starts_at_right(orientation);
  const bool from_bottom = transposed ? starts_at_right(orientation) : starts_at_bottom(orientation);

  const auto width = static_cast<std::ptrdiff_t>(image.width);
  const auto height = static_cast<std::ptrdiff_t>(image.height);
  // Steps through the stored picture, in pixels, for one column and one row of the turned one.
  const std::ptrdiff_t along_x = from_right ? -1 : 1;
  const std::ptrdiff_t along_y = from_bottom ? -width : width;
  const std::ptrdiff_t start = (from_right ? width - 1 : 0) + (from_bottom ? (height - 1) * width : 0);
  const std::ptrdiff_t column_step = transposed ? along_y : along_x;
  const std::ptrdiff_t row_step = transposed ? along_x : along_y;

  Image turned{transposed ? image.height : image.width, transposed ? image.width : image.height, {}};
  turned.rgb.resize(image.rgb.size());
  std::uint8_t* target = turned.rgb.data();
  for (std::ptrdiff_t row = 0; row < turned.height; ++row) {
    const std::uint8_t* source = image.rgb.data() + (start + row * row_step) * 3;
    for (std::ptrdiff_t column = 0; column < turned.width; ++column) {
      target = std::copy_n(source + column * column_step * 3, 3, target);
    }
  }
  return turned;
}

}  // namespace clip_classify
