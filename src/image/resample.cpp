#include "image/resample.h"

#include <algorithm>
#include <cmath>

namespace clip_classify {
namespace {

/// The source positions that make one target position, and how much each counts.
struct Taps {
  int first = 0;
  std::vector<double> weights;
};

/// Keys' cubic kernel; a = -0.5 as in Pillow with antialiasing, -0.75 as in torch without it.
double cubic(double x, double a) {
  x = std::abs(x);
  if (x < 1.0) {
    return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  }
  return x < 2.0 ? (((x - 5.0) * x + 8.0) * x - 4.0) * a : 0.0;
}

double triangle(double x) {
  return std::max(0.0, 1.0 - std::abs(x));
}

/// Taps of the targets `begin` .. `begin + count` when `source` positions become `target` ones.
std::vector<Taps> axis_taps(int source, int target, int begin, int count,
                            ImageSpec::Interpolation interpolation, bool antialias) {
  const bool is_cubic = interpolation == ImageSpec::Interpolation::bicubic;
  const double scale = static_cast<double>(source) / target;
  const double widen = antialias ? std::max(scale, 1.0) : 1.0;
  const double support = (is_cubic ? 2.0 : 1.0) * widen;
  const auto kernel = [&](double x) { return is_cubic ? cubic(x, antialias ? -0.5 : -0.75) : triangle(x); };

  std::vector<Taps> taps;
  taps.reserve(static_cast<std::size_t>(count));
  for (int index = begin; index < begin + count; ++index) {
    const double center = (index + 0.5) * scale;
    // Without antialiasing, positions beyond the edge repeat it; with it, they count for nothing.
    const int first = static_cast<int>(std::floor(center - support + 0.5));
    const int last = static_cast<int>(std::floor(center + support + 0.5));
    Taps tap{std::clamp(first, 0, source - 1), {}};
    tap.weights.resize(static_cast<std::size_t>(std::clamp(last - 1, 0, source - 1) - tap.first) + 1);
    double sum = 0.0;
    for (int position = first; position < last; ++position) {
      if (antialias && (position < 0 || position >= source)) {
        continue;
      }
      const double weight = kernel((position + 0.5 - center) / widen);
      tap.weights[static_cast<std::size_t>(std::clamp(position, 0, source - 1) - tap.first)] += weight;
      sum += weight;
    }
    for (double& weight : tap.weights) {
      weight /= sum;
    }
    taps.push_back(std::move(tap));
  }
  return taps;
}

std::uint8_t to_byte(double value) {
  return static_cast<std::uint8_t>(std::clamp(std::floor(value + 0.5), 0.0, 255.0));
}

}  // namespace

Image resample_region(const Image& image, int width, int height, const Region& region,
                      ImageSpec::Interpolation interpolation, bool antialias) {
  const auto columns = axis_taps(image.width, width, region.left, region.width, interpolation, antialias);
  const auto rows = axis_taps(image.height, height, region.top, region.height, interpolation, antialias);

  // Columns first, only of the rows that the region needs; rounded in between, as Pillow does.
  const int first_row = rows.front().first;
  const int end_row = rows.back().first + static_cast<int>(rows.back().weights.size());
  const std::size_t stride = columns.size() * 3;
  std::vector<std::uint8_t> narrow;
  narrow.reserve(static_cast<std::size_t>(end_row - first_row) * stride);
  for (int row = first_row; row < end_row; ++row) {
    const std::uint8_t* source =
        image.rgb.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(image.width) * 3;
    for (const Taps& tap : columns) {
      for (std::size_t channel = 0; channel < 3; ++channel) {
        double sum = 0.0;
        for (std::size_t index = 0; index < tap.weights.size(); ++index) {
          sum += tap.weights[index] * source[(static_cast<std::size_t>(tap.first) + index) * 3 + channel];
        }
        narrow.push_back(to_byte(sum));
      }
    }
  }

  Image part{region.width, region.height, {}};
  part.rgb.reserve(rows.size() * stride);
  for (const Taps& tap : rows) {
    const std::uint8_t* source = narrow.data() + static_cast<std::size_t>(tap.first - first_row) * stride;
    for (std::size_t column = 0; column < stride; ++column) {
      double sum = 0.0;
      for (std::size_t index = 0; index < tap.weights.size(); ++index) {
        sum += tap.weights[index] * source[index * stride + column];
      }
      part.rgb.push_back(to_byte(sum));
    }
  }
  return part;
}

}  // namespace clip_classify
