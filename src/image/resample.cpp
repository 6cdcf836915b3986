#include "image/resample.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

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

/// The source positions that any of the taps reads, as first and end; the taps then count from the first.
std::pair<int, int> make_relative(std::vector<Taps>& taps) {
  const int first = taps.front().first;
  const int end = taps.back().first + static_cast<int>(taps.back().weights.size());
  for (Taps& tap : taps) {
    tap.first -= first;
  }
  return {first, end};
}

Image crop(const Image& image, std::pair<int, int> columns, std::pair<int, int> rows) {
  Image part{columns.second - columns.first, rows.second - rows.first, {}};
  const auto row_bytes = static_cast<std::ptrdiff_t>(part.width) * 3;
  part.rgb.reserve(static_cast<std::size_t>(row_bytes) * static_cast<std::size_t>(part.height));
  for (int row = rows.first; row < rows.second; ++row) {
    const std::uint8_t* start =
        image.rgb.data() + (static_cast<std::ptrdiff_t>(row) * image.width + columns.first) * 3;
    part.rgb.insert(part.rgb.end(), start, start + row_bytes);
  }
  return part;
}

Image resample_columns(const Image& image, const std::vector<Taps>& taps) {
  Image result{static_cast<int>(taps.size()), image.height, {}};
  result.rgb.reserve(taps.size() * static_cast<std::size_t>(image.height) * 3);
  for (std::ptrdiff_t row = 0; row < image.height; ++row) {
    for (const Taps& tap : taps) {
      const std::uint8_t* source = image.rgb.data() + (row * image.width + tap.first) * 3;
      for (std::size_t channel = 0; channel < 3; ++channel) {
        double sum = 0.0;
        for (std::size_t index = 0; index < tap.weights.size(); ++index) {
          sum += tap.weights[index] * source[index * 3 + channel];
        }
        result.rgb.push_back(to_byte(sum));
      }
    }
  }
  return result;
}

Image resample_rows(const Image& image, const std::vector<Taps>& taps) {
  Image result{image.width, static_cast<int>(taps.size()), {}};
  const std::size_t stride = static_cast<std::size_t>(image.width) * 3;
  result.rgb.reserve(taps.size() * stride);
  std::vector<double> sums(stride);
  for (const Taps& tap : taps) {
    std::ranges::fill(sums, 0.0);
    const std::uint8_t* source = image.rgb.data() + static_cast<std::size_t>(tap.first) * stride;
    for (const double weight : tap.weights) {
      for (double& sum : sums) {
        sum += weight * *source++;
      }
    }
    std::ranges::transform(sums, std::back_inserter(result.rgb), to_byte);
  }
  return result;
}

}  // namespace

bool rows_come_first(const Image& image, int width, int height) {
  return height < image.height && image.height - height > 2 * (image.width - width);
}

Image resample_region(const Image& image, int width, int height, const Region& region,
                      ImageSpec::Interpolation interpolation, bool antialias) {
  auto columns = axis_taps(image.width, width, region.left, region.width, interpolation, antialias);
  auto rows = axis_taps(image.height, height, region.top, region.height, interpolation, antialias);
  const auto column_range = make_relative(columns);
  const Image part = crop(image, column_range, make_relative(rows));
  return rows_come_first(image, width, height) ? resample_columns(resample_rows(part, rows), columns)
                                               : resample_rows(resample_columns(part, columns), rows);
}

}  // namespace clip_classify
