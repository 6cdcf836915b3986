// From the bytes of an image file to the pixels an encoder takes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace clip_classify {

/// A decoded picture: `height` rows of `width` interleaved RGB pixels, 8 bits a channel, sRGB as stored.
struct Image {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;  ///< height * width * 3
};

/// What becomes of transparency: dropped, showing the hidden colour as Pillow's convert("RGB") does, or
/// composed over white.
enum class Alpha { drop, white };

struct DecodeOptions {
  bool apply_exif = true;  ///< turn the picture as its EXIF orientation says
  Alpha alpha = Alpha::drop;
  /// Larger pictures are refused from their header. Default: Pillow's limit for a decompression bomb error
  /// (Image.MAX_IMAGE_PIXELS * 2).
  std::int64_t max_pixels = 178'956'970;
  /// decode_resized: a JPEG may be decoded at 1/2, 1/4 or 1/8 of its size, as long as two pixels are left for
  /// each of the resized picture along both axes. Faster; pixels differ a little.
  bool reduce = false;
};

/// Decodes JPEG (also CMYK), PNG, WebP, TIFF, BMP, PNM, JPEG 2000, GIF (first frame) and, where libheif was
/// found at build time, HEIC and AVIF; the format is told from the content, never from a file's name.
/// Gray is spread over RGB; 16 bits are scaled to 8. Throws Error (input): codes "decode" (not an image, or
/// damaged; truncated files are errors), "too_large" and "unsupported".
Image decode_image(std::span<const std::byte> bytes, const DecodeOptions& options = {});

/// The image part of a model's manifest (see models/README.md): everything between decoded pixels and the
/// encoder's input.
struct ImageSpec {
  enum class Resize { shortest, squash };
  /// Where a center crop begins when the margin is odd: halves to the even number (torchvision, open_clip) or
  /// down (Hugging Face).
  enum class Crop { round, floor };
  enum class Interpolation { bilinear, bicubic };
  int height = 224;  ///< of the encoder's input, in pixels
  int width = 224;
  Resize resize = Resize::shortest;
  int resize_size = 224;  ///< `shortest`: length of the shorter side before the center crop
  Crop crop = Crop::round;
  Interpolation interpolation = Interpolation::bicubic;
  bool antialias = true;
  std::array<float, 3> mean{};  ///< of pixels in 0..1, per channel
  std::array<float, 3> std{};
  Alpha alpha = Alpha::drop;
  bool exif = true;
};

/// Resizes and crops as Pillow and torchvision do (antialiased; target sizes truncate; the same bytes as
/// Pillow's): spec.height * spec.width interleaved RGB. A picture smaller than the crop after
/// resizing can't occur: `resize_size` is at least the crop, which the manifest's reader checks.
Image resize_and_crop(const Image& image, const ImageSpec& spec);

/// resize_and_crop of decode_image, in less time and memory: a JPEG is never whole in memory, and what the
/// crop leaves out is not computed. Transparency and turning are as `options` say.
Image decode_resized(std::span<const std::byte> bytes, const ImageSpec& spec,
                     const DecodeOptions& options = {});

/// (pixel / 255 - mean) / std: 3 * height * width floats, channel-major (CHW).
std::vector<float> normalize_pixels(const Image& image, const ImageSpec& spec);

/// resize_and_crop, then normalize_pixels.
std::vector<float> preprocess(const Image& image, const ImageSpec& spec);

/// About how many bytes decode_resized takes at most beside the file's own, told from its header. 0 for what
/// is no image.
std::uint64_t decoding_memory(std::span<const std::byte> bytes);

/// The formats this build decodes, for --version: "JPEG", "PNG", ...
std::vector<std::string> decodable_formats();

/// The version of OpenCV at run time, for --version.
std::string opencv_version();

}  // namespace clip_classify
