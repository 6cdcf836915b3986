// Resizing and cropping as Pillow and torchvision do it.
#include "image/resize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "clip_classify/explanation.h"
#include "image/orient.h"

namespace clip_classify {
namespace {

/// A reduced picture keeps at least this many pixels for each of the resized one, along both axes.
constexpr std::int64_t kSpareDetail = 2;

struct Size {
  std::int64_t width;
  std::int64_t height;
};

Size shown_size(const Stored& stored) {
  return swaps_axes(stored.orientation) ? Size{stored.height, stored.width}
                                        : Size{stored.width, stored.height};
}

Size resized_size(const Size& shown, const ImageSpec& spec) {
  if (spec.resize == ImageSpec::Resize::squash) {
    return {spec.width, spec.height};
  }
  const std::int64_t side = spec.resize_size;
  // Truncated, as in int(size * long / short).
  return shown.width <= shown.height ? Size{side, side * shown.height / shown.width}
                                     : Size{side * shown.width / shown.height, side};
}

std::int64_t crop_start(std::int64_t size, int length, ImageSpec::Crop crop) {
  const std::int64_t margin = size - length;
  return crop == ImageSpec::Crop::floor ? margin / 2 : std::llrint(static_cast<double>(margin) / 2.0);
}

Axis cropped_axis(std::int64_t shown, int reduction, std::int64_t target, int length, ImageSpec::Crop crop) {
  return {.source = static_cast<int>((shown + reduction - 1) / reduction),
          .extent = static_cast<double>(shown) / reduction,
          .target = target,
          .begin = crop_start(target, length, crop),
          .count = length};
}

/// Whether Pillow 13 resizes rows before columns.
bool rows_come_first(const Axis& columns, const Axis& rows) {
  return rows.target < rows.source && rows.source - rows.target > 2 * (columns.source - columns.target);
}

}  // namespace

Resampling plan_resize(const Stored& stored, const ImageSpec& spec) {
  const Size shown = shown_size(stored);
  const Size resized = resized_size(shown, spec);
  const Axis columns = cropped_axis(shown.width, stored.reduction, resized.width, spec.width, spec.crop);
  const Axis rows = cropped_axis(shown.height, stored.reduction, resized.height, spec.height, spec.crop);
  Resampling plan{axis_taps(columns, spec.interpolation, spec.antialias),
                  axis_taps(rows, spec.interpolation, spec.antialias), rows_come_first(columns, rows)};
  if (starts_at_right(stored.orientation)) {
    plan.columns = mirrored(std::move(plan.columns), columns.source);
  }
  if (starts_at_bottom(stored.orientation)) {
    plan.rows = mirrored(std::move(plan.rows), rows.source);
  }
  if (swaps_axes(stored.orientation)) {
    std::swap(plan.columns, plan.rows);
    plan.rows_first = !plan.rows_first;
  }
  return plan;
}

int largest_reduction(const Stored& stored, const ImageSpec& spec) {
  const Size shown = shown_size(stored);
  const Size resized = resized_size(shown, spec);
  int reduction = 8;
  while (reduction > 1 && (shown.width < kSpareDetail * reduction * resized.width ||
                           shown.height < kSpareDetail * reduction * resized.height)) {
    reduction /= 2;
  }
  return reduction;
}

Image resize_stored(const Image& image, int orientation, const ImageSpec& spec) {
  RowResampler resampler(plan_resize({image.width, image.height, orientation}, spec));
  for (std::ptrdiff_t row = resampler.first_row(); row < resampler.end_row(); ++row) {
    resampler.add_row(image.rgb.data() + (row * image.width + resampler.first_column()) * 3);
  }
  return resampler.take();
}

Image resize_and_crop(const Image& image, const ImageSpec& spec) {
  return resize_stored(image, 1, spec);
}

Region seen_region(int width, int height, const ImageSpec& spec) {
  const Size resized = resized_size({width, height}, spec);
  const double across = static_cast<double>(width) / static_cast<double>(resized.width);
  const double down = static_cast<double>(height) / static_cast<double>(resized.height);
  return {static_cast<double>(crop_start(resized.width, spec.width, spec.crop)) * across,
          static_cast<double>(crop_start(resized.height, spec.height, spec.crop)) * down, spec.width * across,
          spec.height * down};
}

std::vector<float> normalize_pixels(const Image& image, const ImageSpec& spec) {
  const std::size_t pixels = image.rgb.size() / 3;
  std::vector<float> planes(image.rgb.size());
  for (std::size_t channel = 0; channel < 3; ++channel) {
    std::array<float, 256> table{};
    for (std::size_t value = 0; value < table.size(); ++value) {
      table[value] = (static_cast<float>(value) / 255.0F - spec.mean[channel]) / spec.std[channel];
    }
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      planes[channel * pixels + pixel] = table[image.rgb[pixel * 3 + channel]];
    }
  }
  return planes;
}

std::vector<float> preprocess(const Image& image, const ImageSpec& spec) {
  return normalize_pixels(resize_and_crop(image, spec), spec);
}

}  // namespace clip_classify
