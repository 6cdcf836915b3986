// Resizing and cropping as Pillow and torchvision do it; the one file of this stage that includes ATen.
#include <ATen/core/Tensor.h>
#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/_upsample_bilinear2d_aa.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "clip_classify/image.h"
#include "image/resample.h"

namespace clip_classify {
namespace {

/// A resized picture of more pixels than this is not made whole: an extreme shape such as 1x20000 would take
/// gigabytes of which the crop shows nearly nothing.
constexpr std::int64_t kLargestResized = std::int64_t{1} << 24;

struct Size {
  std::int64_t width;
  std::int64_t height;
};

Size resized_size(const Image& image, const ImageSpec& spec) {
  if (spec.resize == ImageSpec::Resize::squash) {
    return {spec.width, spec.height};
  }
  const std::int64_t side = spec.resize_size;
  // Truncated, as in int(size * long / short).
  return image.width <= image.height ? Size{side, side * image.height / image.width}
                                     : Size{side * image.width / image.height, side};
}

int crop_start(std::int64_t size, int length, ImageSpec::Crop crop) {
  const std::int64_t margin = size - length;
  return static_cast<int>(crop == ImageSpec::Crop::floor ? margin / 2
                                                         : std::llrint(static_cast<double>(margin) / 2.0));
}

at::Tensor resize_tensor(const at::Tensor& picture, const Size& size, const ImageSpec& spec) {
  const std::array<std::int64_t, 2> target = {size.height, size.width};
  if (spec.interpolation == ImageSpec::Interpolation::bicubic) {
    return spec.antialias ? at::_upsample_bicubic2d_aa(picture, target, false)
                          : at::upsample_bicubic2d(picture, target, false);
  }
  return spec.antialias ? at::_upsample_bilinear2d_aa(picture, target, false)
                        : at::upsample_bilinear2d(picture, target, false);
}

Image crop(const std::uint8_t* rgb, std::int64_t width, const Region& region) {
  Image part{region.width, region.height, {}};
  part.rgb.reserve(static_cast<std::size_t>(region.width) * static_cast<std::size_t>(region.height) * 3);
  for (int row = 0; row < region.height; ++row) {
    const std::uint8_t* start = rgb + ((region.top + row) * width + region.left) * 3;
    part.rgb.insert(part.rgb.end(), start, start + static_cast<std::ptrdiff_t>(region.width) * 3);
  }
  return part;
}

}  // namespace

Image resize_and_crop(const Image& image, const ImageSpec& spec) {
  const Size size = resized_size(image, spec);
  const Region region{crop_start(size.width, spec.width, spec.crop),
                      crop_start(size.height, spec.height, spec.crop), spec.width, spec.height};
  if (size.width == image.width && size.height == image.height) {
    return crop(image.rgb.data(), image.width, region);
  }
  // Bytes that ATen enlarges are, rarely, 2 off Pillow's, because its weights have 16 bits; a picture that
  // needs enlarging is small enough to do without its speed.
  const std::int64_t resized_pixels = size.width * size.height;
  const bool enlarges = resized_pixels > std::int64_t{image.width} * image.height;
  if (resized_pixels > kLargestResized || (enlarges && spec.antialias)) {
    return resample_region(image, static_cast<int>(size.width), static_cast<int>(size.height), region,
                           spec.interpolation, spec.antialias);
  }
  const c10::InferenceMode no_autograd;
  // Interleaved pixels seen as a channels-last NCHW tensor: the layout of ATen's fastest byte kernels.
  const at::Tensor picture = at::from_blob(const_cast<std::uint8_t*>(image.rgb.data()),  // NOLINT: only read
                                           {1, image.height, image.width, 3}, at::kByte)
                                 .permute({0, 3, 1, 2});
  at::Tensor resized = picture;
  if (spec.antialias && rows_come_first(image, static_cast<int>(size.width), static_cast<int>(size.height))) {
    resized = resize_tensor(resized, {image.width, size.height}, spec);
  }
  resized = resize_tensor(resized, size, spec).contiguous(at::MemoryFormat::ChannelsLast);
  return crop(resized.const_data_ptr<std::uint8_t>(), size.width, region);
}

std::vector<float> preprocess(const Image& image, const ImageSpec& spec) {
  const Image part = resize_and_crop(image, spec);
  const std::size_t pixels = part.rgb.size() / 3;
  std::vector<float> planes(part.rgb.size());
  for (std::size_t channel = 0; channel < 3; ++channel) {
    std::array<float, 256> table{};
    for (std::size_t value = 0; value < table.size(); ++value) {
      table[value] = (static_cast<float>(value) / 255.0F - spec.mean[channel]) / spec.std[channel];
    }
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      planes[channel * pixels + pixel] = table[part.rgb[pixel * 3 + channel]];
    }
  }
  return planes;
}

}  // namespace clip_classify
