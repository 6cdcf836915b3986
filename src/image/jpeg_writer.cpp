#include "image/jpeg_writer.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>

// Behind the rest, because it needs what <cstdio> declares.
#include <jpeglib.h>

#include "clip_classify/error.h"

namespace clip_classify {
namespace {

/// libjpeg's state. Errors jump back into encode(), so nothing between there and libjpeg may own memory; this
/// struct, which outlives the jump, does.
struct Encoder {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  std::jmp_buf on_error{};
  char message[JMSG_LENGTH_MAX] = "";
  unsigned char* bytes = nullptr;
  unsigned long size = 0;

  Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  ~Encoder() {
    jpeg_destroy_compress(&jpeg);
    std::free(bytes);
  }
};

void on_error_exit(j_common_ptr jpeg) {
  Encoder& encoder = *static_cast<Encoder*>(jpeg->client_data);
  jpeg->err->format_message(jpeg, encoder.message);
  std::longjmp(encoder.on_error, 1);
}

void on_message(j_common_ptr /*jpeg*/) {}

/// False, and encoder.message, on an error.
bool encode(Encoder& encoder, const Image& image, int quality) {
  jpeg_compress_struct& jpeg = encoder.jpeg;
  jpeg.err = jpeg_std_error(&encoder.errors);
  encoder.errors.error_exit = on_error_exit;
  encoder.errors.output_message = on_message;
  jpeg.client_data = &encoder;
  if (setjmp(encoder.on_error) != 0) {
    return false;
  }
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &encoder.bytes, &encoder.size);
  jpeg.image_width = static_cast<JDIMENSION>(image.width);
  jpeg.image_height = static_cast<JDIMENSION>(image.height);
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg.optimize_coding = TRUE;
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    const auto offset = static_cast<std::size_t>(jpeg.next_scanline) * jpeg.image_width * 3;
    auto* row = const_cast<std::uint8_t*>(image.rgb.data()) + offset;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  return true;
}

}  // namespace

std::string encode_jpeg(const Image& image, int quality) {
  Encoder encoder;
  if (!encode(encoder, image, quality)) {
    throw output_error(std::string("can't make a JPEG: ") + encoder.message);
  }
  return {reinterpret_cast<const char*>(encoder.bytes), encoder.size};
}

}  // namespace clip_classify
