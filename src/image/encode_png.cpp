// PNG out, through libpng's simplified interface.
#include <png.h>

#include <cstring>

#include "clip_classify/error.h"
#include "clip_classify/explanation.h"

namespace clip_classify {

std::vector<std::byte> encode_png(const Image& image) {
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.width = static_cast<png_uint_32>(image.width);
  header.height = static_cast<png_uint_32>(image.height);
  header.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(header);
  std::vector<std::byte> bytes(size);
  if (png_image_write_to_memory(&header, bytes.data(), &size, 0, image.rgb.data(), 0, nullptr) == 0) {
    throw output_error(std::string("the picture can't be made into a PNG file: ") + header.message);
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace clip_classify
