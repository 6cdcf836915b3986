// PNG through libpng's own interface: OpenCV leaves libpng's warnings on stderr and loses transparent
// colours.
#include <png.h>

#include <csetjmp>
#include <cstring>

#include "image/decoders.h"

namespace clip_classify {
namespace {

/// libpng's state. Errors jump back into the function that called setjmp, so nothing between there and libpng
/// may own memory; this struct, which outlives the jump, does.
struct Decoder {
  png_structp png = nullptr;
  png_infop info = nullptr;
  Bytes unread;
  std::string message;
  std::vector<std::uint8_t> rgba;
  std::vector<png_bytep> rows;

  explicit Decoder(Bytes file) : unread(file) { message.reserve(256); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { png_destroy_read_struct(&png, &info, nullptr); }
};

void on_error(png_structp png, png_const_charp message) {
  static_cast<Decoder*>(png_get_error_ptr(png))->message.assign(message, strnlen(message, 200));
  png_longjmp(png, 1);
}

void on_warning(png_structp /*png*/, png_const_charp /*message*/) {}

void on_read(png_structp png, png_bytep target, std::size_t size) {
  Bytes& unread = static_cast<Decoder*>(png_get_io_ptr(png))->unread;
  if (size > unread.size()) {
    png_error(png, "the file is truncated");
  }
  std::memcpy(target, unread.data(), size);
  unread = unread.subspan(size);
}

/// False, and decoder.message, on an error.
bool read_header(Decoder& decoder) {
  if (setjmp(png_jmpbuf(decoder.png)) != 0) {
    return false;
  }
  // No checksum errors for ancillary chunks: Pillow ignores them, too.
  png_set_crc_action(decoder.png, PNG_CRC_DEFAULT, PNG_CRC_QUIET_USE);
  png_set_read_fn(decoder.png, &decoder, on_read);
  png_read_info(decoder.png, decoder.info);
  // 8-bit RGBA from everything; 16 bits give their high byte, as in Pillow.
  png_set_expand(decoder.png);
  png_set_strip_16(decoder.png);
  png_set_gray_to_rgb(decoder.png);
  png_set_add_alpha(decoder.png, 255, PNG_FILLER_AFTER);
  png_set_interlace_handling(decoder.png);
  png_read_update_info(decoder.png, decoder.info);
  return true;
}

/// False, and decoder.message, on an error.
bool read_rows(Decoder& decoder) {
  if (setjmp(png_jmpbuf(decoder.png)) != 0) {
    return false;
  }
  png_read_image(decoder.png, decoder.rows.data());
  return true;
}

}  // namespace

Image decode_png(Bytes file, const DecodeOptions& options) {
  Decoder decoder(file);
  decoder.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &decoder, on_error, on_warning);
  decoder.info = decoder.png == nullptr ? nullptr : png_create_info_struct(decoder.png);
  if (decoder.info == nullptr) {
    throw std::bad_alloc();
  }
  // The limit on pixels is checked below; libpng's own is on each side.
  png_set_user_limits(decoder.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  if (!read_header(decoder)) {
    throw damaged(decoder.message);
  }
  const std::size_t width = png_get_image_width(decoder.png, decoder.info);
  const std::size_t height = png_get_image_height(decoder.png, decoder.info);
  check_dimensions({width, height}, options.max_pixels);
  decoder.rgba.resize(width * height * 4);
  for (std::size_t row = 0; row < height; ++row) {
    decoder.rows.push_back(decoder.rgba.data() + row * width * 4);
  }
  if (!read_rows(decoder)) {
    throw damaged(decoder.message);
  }
  Image image{static_cast<int>(width), static_cast<int>(height), {}};
  image.rgb.resize(width * height * 3);
  drop_alpha(decoder.rgba.data(), image.rgb.data(), width * height, options.alpha);
  return image;
}

}  // namespace clip_classify
