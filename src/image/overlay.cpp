// Heat maps as pictures over what the encoder saw.
#include <algorithm>
#include <array>
#include <cmath>

#include "clip_classify/explanation.h"

namespace clip_classify {
namespace {

using Colour = std::array<double, 3>;

constexpr Colour kFor{235, 20, 20};
constexpr Colour kAgainst{20, 80, 235};
constexpr double kStrongest = 0.75;  ///< of the colour, so that the picture stays visible
constexpr double kFaded = 0.75;      ///< of the picture's own colour taken away under a map

/// Between the middles of the cells, straight.
double between(const HeatMap& map, double y, double x) {
  const auto lower = [](double place, std::size_t count) {
    return std::clamp(place, 0.0, static_cast<double>(count - 1));
  };
  const double row = lower(y * static_cast<double>(map.rows) - 0.5, map.rows);
  const double column = lower(x * static_cast<double>(map.columns) - 0.5, map.columns);
  const auto top = static_cast<std::size_t>(row);
  const auto left = static_cast<std::size_t>(column);
  const auto bottom = std::min(top + 1, map.rows - 1);
  const auto right = std::min(left + 1, map.columns - 1);
  const double above = std::lerp(map.at(top, left), map.at(top, right), column - static_cast<double>(left));
  const double below =
      std::lerp(map.at(bottom, left), map.at(bottom, right), column - static_cast<double>(left));
  return std::lerp(above, below, row - static_cast<double>(top));
}

}  // namespace

Image overlay(const Image& shown, const HeatMap& map) {
  double largest = 0;
  for (const double value : map.values) {
    largest = std::max(largest, std::abs(value));
  }
  Image result = shown;
  for (int row = 0; row < shown.height; ++row) {
    for (int column = 0; column < shown.width; ++column) {
      const double value = between(map, (row + 0.5) / shown.height, (column + 0.5) / shown.width);
      const double strength = largest > 0 ? kStrongest * std::abs(value) / largest : 0;
      const auto& colour = value > 0 ? kFor : kAgainst;
      auto* pixel = &result.rgb[(static_cast<std::size_t>(row) * shown.width + column) * 3];
      const double gray = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
      for (std::size_t channel = 0; channel < 3; ++channel) {
        const double faded = std::lerp(static_cast<double>(pixel[channel]), gray, kFaded);
        pixel[channel] = static_cast<std::uint8_t>(std::lround(std::lerp(faded, colour[channel], strength)));
      }
    }
  }
  return result;
}

Image shown_region(const Image& image, const ImageSpec& spec, int side) {
  const auto region = seen_region(image.width, image.height, spec);
  const double longer = std::max(region.width, region.height);
  ImageSpec shown = spec;
  shown.width = std::max(1, static_cast<int>(std::lround(side * region.width / longer)));
  shown.height = std::max(1, static_cast<int>(std::lround(side * region.height / longer)));
  if (spec.resize == ImageSpec::Resize::shortest) {
    // A crop may not be larger than what is resized.
    shown.resize_size = std::max(
        {static_cast<int>(std::ceil(spec.resize_size * shown.width / static_cast<double>(spec.width))),
         shown.width, shown.height});
  }
  return resize_and_crop(image, shown);
}

}  // namespace clip_classify
