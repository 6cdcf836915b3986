// WebP through OpenCV, and the first frame of an animation, which OpenCV refuses.
#include <algorithm>

#include "image/chunks.h"
#include "image/decoders.h"

namespace clip_classify {
namespace {

/// A frame of an animation: where it lies on the canvas, and its chunks.
struct Frame {
  Dimensions canvas;
  std::uint64_t left = 0;
  std::uint64_t top = 0;
  Bytes header;  ///< holds width - 1 and height - 1, in the six bytes at 6
  Bytes chunks;
};

std::uint64_t number_at(Bytes bytes, std::uint64_t offset) {
  return read_number(bytes, offset, 3, Endian::little).value_or(0);
}

/// The first frame of an animated file; nothing for a still picture.
std::optional<Frame> first_frame(Bytes file) {
  constexpr std::uint64_t frame_header_size = 16;
  std::optional<Frame> frame;
  Dimensions canvas;
  walk_riff_chunks(slice(file, 12), [&](std::string_view name, Bytes payload) {
    if (name == "VP8X") {
      canvas = {number_at(payload, 4) + 1, number_at(payload, 7) + 1};
    }
    if (name == "ANMF" && payload.size() > frame_header_size) {
      frame = Frame{canvas, number_at(payload, 0) * 2, number_at(payload, 3) * 2,
                    slice(payload, 0, frame_header_size), slice(payload, frame_header_size)};
    }
    return frame.has_value();
  });
  return frame;
}

/// A file with the frame as its only picture.
std::vector<std::byte> still_file(const Frame& frame) {
  std::vector<std::byte> file;
  const auto append_text = [&](std::string_view text) {
    std::ranges::transform(text, std::back_inserter(file), [](char byte) { return std::byte(byte); });
  };
  const auto append_number = [&](std::uint64_t number) {
    for (int shift = 0; shift < 32; shift += 8) {
      file.push_back(static_cast<std::byte>(number >> shift));
    }
  };
  constexpr std::uint64_t extended_size = 10;
  constexpr std::uint64_t has_alpha = 0x10;
  append_text("RIFF");
  append_number(4 + 8 + extended_size + frame.chunks.size());
  append_text("WEBPVP8X");
  append_number(extended_size);
  append_number(has_alpha);
  const Bytes size = slice(frame.header, 6, 6);
  file.insert(file.end(), size.begin(), size.end());
  file.insert(file.end(), frame.chunks.begin(), frame.chunks.end());
  return file;
}

}  // namespace

Image decode_webp(Bytes file, const DecodeOptions& options) {
  const auto frame = first_frame(file);
  if (!frame) {
    return decode_with_opencv(file, options);
  }
  // The frame's own bitstream may claim more than the canvas that the caller has checked.
  const std::vector<std::byte> still = still_file(*frame);
  check_dimensions(probe_dimensions(still, ImageFormat::webp), options.max_pixels);
  Image picture = decode_with_opencv(still, options);
  const auto width = static_cast<std::uint64_t>(picture.width);
  const auto height = static_cast<std::uint64_t>(picture.height);
  if (width == frame->canvas.width && height == frame->canvas.height) {
    return picture;
  }
  if (frame->left + width > frame->canvas.width || frame->top + height > frame->canvas.height) {
    throw damaged("a frame lies outside of the canvas");
  }
  Image canvas{static_cast<int>(frame->canvas.width), static_cast<int>(frame->canvas.height), {}};
  canvas.rgb.resize(frame->canvas.width * frame->canvas.height * 3, options.alpha == Alpha::drop ? 0 : 255);
  for (std::uint64_t row = 0; row < height; ++row) {
    const std::uint64_t start = (frame->top + row) * frame->canvas.width + frame->left;
    std::copy_n(picture.rgb.data() + row * width * 3, width * 3, canvas.rgb.data() + start * 3);
  }
  return canvas;
}

}  // namespace clip_classify
