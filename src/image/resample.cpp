#include "image/resample.h"

#include <algorithm>
#include <cmath>
#include <utility>

// Compiled twice, for AVX2 and for any x86-64, and chosen when the program starts: whole numbers, so that
// both give the same pixels.
#if defined(__x86_64__) && defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
#define FOR_EACH_CPU __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EACH_CPU
#endif

namespace clip_classify {
namespace {

constexpr int kWeightBits = 22;
constexpr std::int32_t kHalf = 1 << (kWeightBits - 1);

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

std::int32_t fixed_point(double weight) {
  return static_cast<std::int32_t>(weight * (1 << kWeightBits) + (weight < 0.0 ? -0.5 : 0.5));
}

std::uint8_t to_byte(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kWeightBits, 0, 255));
}

/// Two pixels are weighted at once, in six of a register's lanes.
using Lanes = std::int32_t __attribute__((vector_size(32), aligned(4), may_alias));
constexpr std::size_t kLanes = 8;
constexpr std::size_t kUsedLanes = 6;

FOR_EACH_CPU void widen(const std::uint8_t* samples, std::int32_t* wide, std::size_t count) {
  for (std::size_t index = 0; index < count; ++index) {
    wide[index] = samples[index];
  }
}

/// Three bytes for each column: the weighted sums of its pixels. `weights` holds kLanes for every two of
/// them.
FOR_EACH_CPU void resample_columns(const std::vector<RowResampler::Column>& columns,
                                   const std::int32_t* weights, const std::int32_t* samples,
                                   std::uint8_t* bytes) {
  constexpr Lanes largest = {255, 255, 255, 255, 255, 255, 255, 255};
  for (const RowResampler::Column& column : columns) {
    const std::int32_t* source = samples + column.first_sample;
    Lanes sum{};
    for (std::size_t pair = 0; pair < column.pairs; ++pair, source += kUsedLanes, weights += kLanes) {
      sum += *reinterpret_cast<const Lanes*>(source) * *reinterpret_cast<const Lanes*>(weights);
    }
    const Lanes second_pixel = {sum[3], sum[4], sum[5], sum[6], sum[7], sum[0], sum[1], sum[2]};
    Lanes rounded = (sum + second_pixel + kHalf) >> kWeightBits;
    rounded = rounded < 0 ? Lanes{} : rounded;
    rounded = rounded > largest ? largest : rounded;
    for (int channel = 0; channel < 3; ++channel) {
      *bytes++ = static_cast<std::uint8_t>(rounded[channel]);
    }
  }
}

FOR_EACH_CPU void add_weighted(const std::uint8_t* samples, std::int32_t weight, std::int32_t* sums,
                               std::size_t count) {
  for (std::size_t index = 0; index < count; ++index) {
    sums[index] += weight * samples[index];
  }
}

FOR_EACH_CPU void round_sums(const std::int32_t* sums, std::uint8_t* bytes, std::size_t count) {
  for (std::size_t index = 0; index < count; ++index) {
    bytes[index] = to_byte(sums[index]);
  }
}

/// The most targets that share a source position.
std::size_t largest_overlap(const std::vector<Taps>& taps) {
  std::size_t most = 1;
  for (std::size_t low = 0, high = 0; high < taps.size(); ++high) {
    while (taps[low].end() <= taps[high].first) {
      ++low;
    }
    most = std::max(most, high - low + 1);
  }
  return most;
}

}  // namespace

std::vector<Taps> axis_taps(const Axis& axis, ImageSpec::Interpolation interpolation, bool antialias) {
  const bool is_cubic = interpolation == ImageSpec::Interpolation::bicubic;
  const double scale = axis.extent / static_cast<double>(axis.target);
  const double widen = antialias ? std::max(scale, 1.0) : 1.0;
  const double support = (is_cubic ? 2.0 : 1.0) * widen;
  const auto kernel = [&](double x) { return is_cubic ? cubic(x, antialias ? -0.5 : -0.75) : triangle(x); };
  const auto inside = [&](int position) { return std::clamp(position, 0, axis.source - 1); };

  std::vector<Taps> taps;
  taps.reserve(static_cast<std::size_t>(axis.count));
  for (std::int64_t index = axis.begin; index < axis.begin + axis.count; ++index) {
    const double center = (static_cast<double>(index) + 0.5) * scale;
    // Without antialiasing, positions beyond the edge repeat it; with it, they count for nothing.
    const int first = static_cast<int>(std::floor(center - support + 0.5));
    const int last = static_cast<int>(std::floor(center + support + 0.5));
    const int start = inside(first);
    std::vector<double> weights(static_cast<std::size_t>(inside(last - 1) - start) + 1);
    double sum = 0.0;
    for (int position = first; position < last; ++position) {
      if (antialias && position != inside(position)) {
        continue;
      }
      const double weight = kernel((position - center + 0.5) * (1.0 / widen));
      weights[static_cast<std::size_t>(inside(position) - start)] += weight;
      sum += weight;
    }
    Taps tap{start, {}};
    for (const double weight : weights) {
      tap.weights.push_back(fixed_point(weight / sum));
    }
    taps.push_back(std::move(tap));
  }
  return taps;
}

std::vector<Taps> mirrored(std::vector<Taps> taps, int source) {
  std::ranges::reverse(taps);
  for (Taps& tap : taps) {
    tap.first = source - tap.end();
    std::ranges::reverse(tap.weights);
  }
  return taps;
}

RowResampler::RowResampler(Resampling plan)
    : plan_(std::move(plan)),
      first_column_(plan_.columns.front().first),
      end_column_(plan_.columns.back().end()),
      row_begin_(plan_.rows.front().first),
      row_end_(plan_.rows.back().end()),
      next_row_(row_begin_),
      ring_(largest_overlap(plan_.rows)),
      result_{static_cast<int>(plan_.columns.size()), static_cast<int>(plan_.rows.size()), {}} {
  wide_row_.resize(3 * static_cast<std::size_t>(end_column_ - first_column_) + kLanes);
  for (const Taps& taps : plan_.columns) {
    columns_.push_back(
        {static_cast<std::size_t>(taps.first - first_column_) * 3, (taps.weights.size() + 1) / 2});
    for (std::size_t index = 0; index < taps.weights.size(); index += 2) {
      column_weights_.insert(column_weights_.end(), 3, taps.weights[index]);
      column_weights_.insert(column_weights_.end(), 3,
                             index + 1 < taps.weights.size() ? taps.weights[index + 1] : 0);
      column_weights_.insert(column_weights_.end(), kLanes - kUsedLanes, 0);
    }
  }
  row_samples_ =
      3 * (plan_.rows_first ? static_cast<std::size_t>(end_column_ - first_column_) : plan_.columns.size());
  sums_.assign(ring_ * row_samples_, kHalf);
  row_.resize(row_samples_);
  result_.rgb.resize(3 * plan_.columns.size() * plan_.rows.size());
}

const std::int32_t* RowResampler::widened(const std::uint8_t* rgb) noexcept {
  widen(rgb, wide_row_.data(), wide_row_.size() - kLanes);
  return wide_row_.data();
}

void RowResampler::add_row(const std::uint8_t* rgb) noexcept {
  const std::uint8_t* samples = rgb;
  if (!plan_.rows_first) {
    resample_columns(columns_, column_weights_.data(), widened(rgb), row_.data());
    samples = row_.data();
  }
  for (std::size_t target = next_target_; target < plan_.rows.size() && plan_.rows[target].first <= next_row_;
       ++target) {
    const Taps& taps = plan_.rows[target];
    add_weighted(samples, taps.weights[static_cast<std::size_t>(next_row_ - taps.first)], sums_of(target),
                 row_samples_);
  }
  ++next_row_;
  while (next_target_ < plan_.rows.size() && plan_.rows[next_target_].end() <= next_row_) {
    finish_row(next_target_++);
  }
}

void RowResampler::finish_row(std::size_t target) noexcept {
  std::int32_t* const sums = sums_of(target);
  std::uint8_t* const finished = result_.rgb.data() + target * plan_.columns.size() * 3;
  if (plan_.rows_first) {
    round_sums(sums, row_.data(), row_samples_);
    resample_columns(columns_, column_weights_.data(), widened(row_.data()), finished);
  } else {
    round_sums(sums, finished, row_samples_);
  }
  std::fill_n(sums, row_samples_, kHalf);
}

}  // namespace clip_classify
