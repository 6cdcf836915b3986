// JPEG through libjpeg's own interface: OpenCV refuses CMYK, and reports truncated files on stderr only.
#include <algorithm>
#include <csetjmp>
#include <cstdio>

// Behind the rest, because it needs what <cstdio> declares.
#include <jpeglib.h>

#include "image/decoders.h"
#include "image/jpeg_reader.h"

namespace clip_classify {
namespace {

/// A progressive file may ask for any number of passes over the picture (libjpeg-turbo's documentation
/// advises a limit against such bombs); encoders write about ten.
constexpr int kMostScans = 100;

/// Columns decoded beside the wanted ones: upsampling looks at its neighbours.
constexpr int kColumnMargin = 64;

}  // namespace

/// libjpeg's state. Errors jump back into the function that called setjmp, so nothing between there and
/// libjpeg may own memory; this struct, which outlives the jump, does.
struct JpegReader::Decoder {
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg_source_mgr source{};
  jpeg_progress_mgr progress{};
  std::jmp_buf on_error{};
  char message[JMSG_LENGTH_MAX] = "";
  std::vector<std::uint8_t> row;
  std::vector<std::uint8_t> cmyk_row;

  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { jpeg_destroy_decompress(&jpeg); }
};

namespace {

using Decoder = JpegReader::Decoder;

Decoder& decoder_of(j_common_ptr jpeg) {
  return *static_cast<Decoder*>(jpeg->client_data);
}

[[noreturn]] void fail(j_common_ptr jpeg, const char* message) {
  Decoder& decoder = decoder_of(jpeg);
  std::snprintf(decoder.message, sizeof decoder.message, "%s", message);
  std::longjmp(decoder.on_error, 1);
}

void on_error_exit(j_common_ptr jpeg) {
  char message[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, message);
  fail(jpeg, message);
}

void on_message(j_common_ptr /*jpeg*/) {}

void on_progress(j_common_ptr jpeg) {
  if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number > kMostScans) {
    fail(jpeg, "too many progressive scans");
  }
}

void on_source(j_decompress_ptr /*jpeg*/) {}

boolean on_input_used_up(j_decompress_ptr jpeg) {
  fail(reinterpret_cast<j_common_ptr>(jpeg), "the file is truncated");
}

void on_skip(j_decompress_ptr jpeg, long count) {
  if (count <= 0) {
    return;
  }
  if (static_cast<std::size_t>(count) > jpeg->src->bytes_in_buffer) {
    on_input_used_up(jpeg);
  }
  jpeg->src->next_input_byte += count;
  jpeg->src->bytes_in_buffer -= static_cast<std::size_t>(count);
}

void set_up(Decoder& decoder, Bytes file) {
  decoder.jpeg.err = jpeg_std_error(&decoder.errors);
  decoder.errors.error_exit = on_error_exit;
  decoder.errors.output_message = on_message;
  decoder.jpeg.client_data = &decoder;
  decoder.source.next_input_byte = reinterpret_cast<const JOCTET*>(file.data());
  decoder.source.bytes_in_buffer = file.size();
  decoder.source.init_source = on_source;
  decoder.source.fill_input_buffer = on_input_used_up;
  decoder.source.skip_input_data = on_skip;
  decoder.source.resync_to_restart = jpeg_resync_to_restart;
  decoder.source.term_source = on_source;
  decoder.progress.progress_monitor = on_progress;
}

/// False, and decoder.message, on an error.
bool read_header(Decoder& decoder) {
  if (setjmp(decoder.on_error) != 0) {
    return false;
  }
  jpeg_create_decompress(&decoder.jpeg);
  decoder.jpeg.src = &decoder.source;
  decoder.jpeg.progress = &decoder.progress;
  jpeg_read_header(&decoder.jpeg, TRUE);
  decoder.jpeg.out_color_space = decoder.jpeg.num_components == 4 ? JCS_CMYK : JCS_RGB;
  return true;
}

/// a * b / 255, rounded as Pillow rounds it.
int scale_255(int a, int b) {
  const int product = a * b + 128;
  return (product / 256 + product) / 256;
}

/// Adobe's CMYK as it is stored: 255 is no ink.
void cmyk_to_rgb(const std::uint8_t* cmyk, std::uint8_t* rgb, JDIMENSION pixels) {
  for (JDIMENSION pixel = 0; pixel < pixels; ++pixel, cmyk += 4, rgb += 3) {
    const int light = cmyk[3];
    for (int ink = 0; ink < 3; ++ink) {
      rgb[ink] = static_cast<std::uint8_t>(light - scale_255(255 - cmyk[ink], light));
    }
  }
}

/// The next row as RGB, in decoder.row.
void read_row(Decoder& decoder) {
  const bool is_cmyk = decoder.jpeg.out_color_space == JCS_CMYK;
  JSAMPROW row = is_cmyk ? decoder.cmyk_row.data() : decoder.row.data();
  jpeg_read_scanlines(&decoder.jpeg, &row, 1);
  if (is_cmyk) {
    cmyk_to_rgb(row, decoder.row.data(), decoder.jpeg.output_width);
  }
}

/// False, and decoder.message, on an error. `on_row` must not throw.
bool read_pixels(Decoder& decoder, const JpegWindow& window, const JpegReader::OnRow& on_row) {
  if (setjmp(decoder.on_error) != 0) {
    return false;
  }
  jpeg_decompress_struct& jpeg = decoder.jpeg;
  jpeg_start_decompress(&jpeg);
  auto left = static_cast<JDIMENSION>(std::max(window.first_column - kColumnMargin, 0));
  auto width = std::min(static_cast<JDIMENSION>(window.end_column + kColumnMargin), jpeg.output_width) - left;
  if (width < jpeg.output_width) {
    jpeg_crop_scanline(&jpeg, &left, &width);
  }
  const std::size_t offset = (static_cast<std::size_t>(window.first_column) - left) * 3;
  const auto first_row = static_cast<JDIMENSION>(window.first_row);
  const auto end_row = static_cast<JDIMENSION>(window.end_row);
  if (first_row > 0) {
    jpeg_skip_scanlines(&jpeg, first_row);
  }
  while (jpeg.output_scanline < end_row) {
    read_row(decoder);
    on_row(decoder.row.data() + offset);
  }
  // What is skipped up to the end is not even looked at, so the last row is read: the file may be truncated.
  if (jpeg.output_scanline + 1 < jpeg.output_height) {
    jpeg_skip_scanlines(&jpeg, jpeg.output_height - jpeg.output_scanline - 1);
  }
  if (jpeg.output_scanline < jpeg.output_height) {
    read_row(decoder);
  }
  jpeg_finish_decompress(&jpeg);
  return true;
}

}  // namespace

JpegReader::JpegReader(Bytes file, std::int64_t max_pixels) : decoder_(std::make_unique<Decoder>()) {
  set_up(*decoder_, file);
  if (!read_header(*decoder_)) {
    throw damaged(decoder_->message);
  }
  const jpeg_decompress_struct& jpeg = decoder_->jpeg;
  check_dimensions({jpeg.image_width, jpeg.image_height}, max_pixels);
  if (jpeg.num_components != 1 && jpeg.num_components != 3 && jpeg.num_components != 4) {
    throw input_error("unsupported", "a JPEG with " + std::to_string(jpeg.num_components) + " channels");
  }
}

JpegReader::~JpegReader() = default;

int JpegReader::width() const {
  return static_cast<int>(decoder_->jpeg.image_width);
}

int JpegReader::height() const {
  return static_cast<int>(decoder_->jpeg.image_height);
}

void JpegReader::read(int reduction, const JpegWindow& window, const OnRow& on_row) {
  jpeg_decompress_struct& jpeg = decoder_->jpeg;
  jpeg.scale_num = 1;
  jpeg.scale_denom = static_cast<unsigned>(reduction);
  decoder_->row.resize(std::size_t{jpeg.image_width} * 3);
  decoder_->cmyk_row.resize(std::size_t{jpeg.image_width} * 4);
  if (!read_pixels(*decoder_, window, on_row)) {
    throw damaged(decoder_->message);
  }
}

Image decode_jpeg(Bytes file, const DecodeOptions& options) {
  JpegReader reader(file, options.max_pixels);
  Image image{reader.width(), reader.height(), {}};
  const std::size_t stride = static_cast<std::size_t>(image.width) * 3;
  image.rgb.resize(stride * static_cast<std::size_t>(image.height));
  std::uint8_t* target = image.rgb.data();
  reader.read(1, {0, image.width, 0, image.height},
              [&](const std::uint8_t* rgb) { target = std::copy_n(rgb, stride, target); });
  return image;
}

}  // namespace clip_classify
