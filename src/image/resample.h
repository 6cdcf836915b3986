// Resizing a part of a picture row by row, in the whole numbers that Pillow computes with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "clip_classify/image.h"

namespace clip_classify {

/// The source positions that make one target position, and how much each counts, in units of 2^-22 (Pillow's
/// PRECISION_BITS).
struct Taps {
  int first = 0;
  std::vector<std::int32_t> weights;

  int end() const { return first + static_cast<int>(weights.size()); }
};

/// One axis of a resize, of which only the targets `begin` .. `begin + count` are wanted.
struct Axis {
  int source = 0;       ///< positions there are
  double extent = 0.0;  ///< positions that become the target: less than `source` when the last one is cut
  std::int64_t target = 0;
  std::int64_t begin = 0;
  int count = 0;
};

/// Pillow's precompute_coeffs and normalize_coeffs_8bpc (src/libImaging/Resample.c). Without antialiasing,
/// torch's kernel of four or two taps.
std::vector<Taps> axis_taps(const Axis& axis, ImageSpec::Interpolation interpolation, bool antialias);

/// The same when the axis runs the other way: the first target is made of the last source positions.
std::vector<Taps> mirrored(std::vector<Taps> taps, int source);

/// What makes a part of a resized picture.
struct Resampling {
  std::vector<Taps> columns;
  std::vector<Taps> rows;
  bool rows_first = false;  ///< bytes are rounded in between, so that the order shows
};

/// Takes the rows of a picture one at a time and gives the resized part. Memory and time depend on that part
/// and on the columns and rows that it is made of, not on the whole.
class RowResampler {
 public:
  explicit RowResampler(Resampling plan);

  /// The columns and rows of the source that count; no others need be given.
  int first_column() const { return first_column_; }
  int end_column() const { return end_column_; }
  int first_row() const { return row_begin_; }
  int end_row() const { return row_end_; }

  /// The next row, starting with first_row(): its pixels from first_column() to end_column().
  void add_row(const std::uint8_t* rgb) noexcept;

  /// The resized part, after the last row.
  Image take() { return std::move(result_); }

  /// Where the pixels of a target begin in a row of samples, and how many pairs of them there are.
  struct Column {
    std::size_t first_sample;
    std::size_t pairs;
  };

 private:
  std::int32_t* sums_of(std::size_t target) { return sums_.data() + target % ring_ * row_samples_; }
  const std::int32_t* widened(const std::uint8_t* rgb) noexcept;
  void finish_row(std::size_t target) noexcept;

  Resampling plan_;
  std::vector<Column> columns_;
  std::vector<std::int32_t> column_weights_;  ///< as the columns' loop takes them
  std::vector<std::int32_t> wide_row_;        ///< a row's samples, and some that weigh nothing
  int first_column_ = 0;
  int end_column_ = 0;
  int row_begin_ = 0;
  int row_end_ = 0;
  int next_row_ = 0;
  std::size_t next_target_ = 0;     ///< the first whose sums are not complete
  std::size_t row_samples_ = 0;     ///< in a row on which rows are summed up
  std::size_t ring_ = 0;            ///< targets that are summed up at the same time, at most
  std::vector<std::int32_t> sums_;  ///< ring_ rows
  std::vector<std::uint8_t> row_;   ///< between the two axes
  Image result_;
};

}  // namespace clip_classify
