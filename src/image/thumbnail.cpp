#include "image/thumbnail.h"

#include <algorithm>
#include <cmath>

#include "image/exif.h"
#include "image/orient.h"
#include "image/probe.h"

namespace clip_classify {
namespace {

/// Resizes a picture of this size into a square of `side`.
ImageSpec fit(std::uint64_t width, std::uint64_t height, int side) {
  const auto largest = std::max({width, height, std::uint64_t{1}});
  const double scale = std::min(1.0, side / static_cast<double>(largest));
  const auto scaled = [&](std::uint64_t length) {
    return std::max(1, static_cast<int>(std::lround(static_cast<double>(length) * scale)));
  };
  ImageSpec spec;
  spec.resize = ImageSpec::Resize::squash;
  spec.width = scaled(width);
  spec.height = scaled(height);
  return spec;
}

}  // namespace

Image make_thumbnail(Bytes file, int side, DecodeOptions options) {
  options.alpha = Alpha::white;
  options.reduce = true;
  const auto format = detect_format(file);
  if (!format || *format == ImageFormat::heif) {  // whose size its decoder alone knows
    const auto image = decode_image(file, options);
    return resize_and_crop(
        image, fit(static_cast<std::uint64_t>(image.width), static_cast<std::uint64_t>(image.height), side));
  }
  auto [width, height] = probe_dimensions(file, *format);
  if (options.apply_exif && swaps_axes(exif_orientation(file, *format))) {
    std::swap(width, height);
  }
  return decode_resized(file, fit(width, height, side), options);
}

}  // namespace clip_classify
