// The kernels, for any vectors. `Numbers` says what is multiplied and summed:
//
// - zero(): Sums of nothing; add(sums, x, w): sums with a product more, of everywhere(a group of x) and
//   weights(a group for each lane);
// - result(sums, scale, bias): sums as floats; to(sums) and from(floats): unfinished sums, as y keeps them;
// - eight(floats): eight groups of weights;
// - kRows and kVectors: a tile is so many rows, and columns in so many vectors, which a panel holds;
// - applied(pointwise, floats), and power() for exponentials: as exact as the results are kept.
//
// Include vectors_avx2.h or vectors_avx512.h before.
#pragma once

#include <utility>

#include "model/kernel_math.h"
#include "model/kernel_panel.h"
#include "model/kernels.h"

namespace clip_classify {
namespace {

constexpr std::int64_t kStep = kLanes;
constexpr std::int64_t kGroupsAhead = 16;  // of a panel: fetched while others are multiplied

/// Fetches what is multiplied after a panel, a little after every kGroupsAhead groups: into the second cache,
/// whose own guesses end with the panel.
class Fetching {
 public:
  Fetching(const Tile& tile, std::int64_t panel, std::int64_t passes)
      : next_(reinterpret_cast<const char*>(tile.next_panel)) {
    const auto steps = tile.groups / kGroupsAhead * passes;
    const auto lines = tile.groups * panel * kGroupBytes / kLine;
    lines_ = next_ == nullptr || steps == 0 ? 0 : (lines + steps - 1) / steps;
  }

  void go_on() {
    for (std::int64_t line = 0; line < lines_; ++line, next_ += kLine) {
      _mm_prefetch(next_, _MM_HINT_T1);
    }
  }

 private:
  static constexpr std::int64_t kGroupBytes = 4;
  static constexpr std::int64_t kLine = 64;

  const char* next_;
  std::int64_t lines_;
};

inline Floats as_byte(Floats x, float factor, float zero) {
  return round_even(smaller(larger(x * all(factor), all(-zero)), all(255.0F - zero))) + all(zero);
}

/// Which columns a tile has, of each vector of a panel.
template <int Vectors>
struct Columns {
  explicit Columns(const Tile& tile) : whole(kMasksCost && tile.columns == Vectors * kLanes) {
    for (int vector = 0; vector < Vectors; ++vector) {
      masks[vector] = mask_of(tile.columns - vector * kLanes);
    }
  }

  Floats loaded(const float* from, int vector) const {
    return whole ? load(from) : load(from, masks[vector]);
  }
  void stored(float* to, Floats value, int vector) const {
    return whole ? store(to, value) : store(to, value, masks[vector]);
  }

  Mask masks[Vectors];
  bool whole;
};

template <class Numbers>
using ColumnsOf = Columns<Numbers::kVectors>;

/// From the sums of a row's vector to y.
template <class Numbers>
inline void finish(const Tile& tile, const ColumnsOf<Numbers>& columns, std::int64_t row, int vector,
                   typename Numbers::Sums sums) {
  const auto place = row * tile.y_stride + vector * kStep;
  auto y = Numbers::result(sums, tile.scale + vector * kStep, load(tile.bias + vector * kStep));
  if (tile.row_scale != nullptr) {
    y = y * all(tile.row_scale[row]);
  }
  y = Numbers::applied(tile.pointwise, y);
  if (tile.residual != nullptr) {
    y = y + columns.loaded(tile.residual + place, vector);
  }
  if (tile.y != nullptr) {
    columns.stored(tile.y + place, y, vector);
  } else if (tile.bytes != nullptr) {
    store_bytes(tile.bytes + place, as_byte(y, tile.byte_factor, tile.byte_zero), columns.masks[vector]);
  } else if constexpr (Numbers::kGroup > 1) {
    store_rounded(tile.rounded + place, y, columns.masks[vector]);
  }
}

template <class Numbers, int Rows>
void compute(const Tile& tile, Fetching& fetching) {
  constexpr int kVectors = Numbers::kVectors;
  constexpr auto kAhead = kGroupsAhead * kPanel<Numbers>;
  typename Numbers::Sums sums[Rows][kVectors];
  const ColumnsOf<Numbers> columns(tile);
#pragma GCC unroll 14
  for (int row = 0; row < Rows; ++row) {
#pragma GCC unroll 4
    for (int vector = 0; vector < kVectors; ++vector) {
      sums[row][vector] =
          tile.first ? Numbers::zero()
                     : Numbers::from(columns.loaded(tile.y + row * tile.y_stride + vector * kStep, vector));
    }
  }
  const std::uint32_t* panel = tile.panel;
  const std::uint32_t* x = tile.x;
  const auto* const end = x + tile.groups;
  while (x != end) {
    const auto* const stop = end - x < kGroupsAhead ? end : x + kGroupsAhead;
    fetching.go_on();
    for (; x != stop; ++x, panel += kPanel<Numbers>) {
      decltype(Numbers::weights(panel)) weights[kVectors];
#pragma GCC unroll 4
      for (int vector = 0; vector < kVectors; ++vector) {
        const auto* const there = panel + vector * kStep;
        _mm_prefetch(reinterpret_cast<const char*>(there + kAhead), _MM_HINT_T0);
        weights[vector] = Numbers::weights(there);
      }
#pragma GCC unroll 14
      for (int row = 0; row < Rows; ++row) {
        const auto number = Numbers::everywhere(x + row * tile.x_stride);
#pragma GCC unroll 4
        for (int vector = 0; vector < kVectors; ++vector) {
          sums[row][vector] = Numbers::add(sums[row][vector], number, weights[vector]);
        }
      }
    }
  }
#pragma GCC unroll 14
  for (int row = 0; row < Rows; ++row) {
#pragma GCC unroll 4
    for (int vector = 0; vector < kVectors; ++vector) {
      if (tile.last) {
        finish<Numbers>(tile, columns, row, vector, sums[row][vector]);
      } else {
        columns.stored(tile.y + row * tile.y_stride + vector * kStep, Numbers::to(sums[row][vector]), vector);
      }
    }
  }
}

/// The same rows of x and y from `row` on.
inline Tile from_row(const Tile& tile, std::int64_t row) {
  const auto place = row * tile.y_stride;
  auto moved = tile;
  moved.x += row * tile.x_stride;
  moved.row_scale = tile.row_scale == nullptr ? nullptr : tile.row_scale + row;
  moved.residual = tile.residual == nullptr ? nullptr : tile.residual + place;
  moved.y = tile.y == nullptr ? nullptr : tile.y + place;
  moved.rounded = tile.rounded == nullptr ? nullptr : tile.rounded + place;
  moved.bytes = tile.bytes == nullptr ? nullptr : tile.bytes + place;
  return moved;
}

/// In tiles of about as many rows each.
template <class Numbers, int... Less>
void compute_in_tiles(const Tile& tile, std::int64_t rows, std::integer_sequence<int, Less...>) {
  using Compute = void (*)(const Tile&, Fetching&);
  static constexpr Compute kOfRows[] = {compute<Numbers, Less + 1>...};
  const auto tiles = (rows + Numbers::kRows - 1) / Numbers::kRows;
  Fetching fetching(tile, kPanel<Numbers>, tiles);
  for (std::int64_t index = 0; index < tiles; ++index) {
    const auto row = rows * index / tiles;
    kOfRows[rows * (index + 1) / tiles - row - 1](from_row(tile, row), fetching);
  }
}

template <class Numbers>
void compute_rows(const Tile& tile, std::int64_t rows) {
  compute_in_tiles<Numbers>(tile, rows, std::make_integer_sequence<int, Numbers::kRows>());
}

/// Of a vector's lanes from `index` on, those before `count`.
inline Mask mask_to(std::int64_t count, std::int64_t index) {
  return mask_of(static_cast<int>(count - index < kLanes ? count - index : kLanes));
}

/// work(index, mask) for vectors that together cover `count` numbers.
template <class Work>
void in_vectors(std::int64_t count, const Work& work) {
  for (std::int64_t index = 0; index < count; index += kLanes) {
    work(index, mask_to(count, index));
  }
}

inline void to_bytes(const float* from, std::int64_t count, float factor, float zero, std::uint8_t* to) {
  in_vectors(count, [&](std::int64_t index, Mask mask) {
    store_bytes(to + index, as_byte(load(from + index, mask), factor, zero), mask);
  });
}

template <class Numbers>
float exponentials(float* x, std::int64_t count, float scale) {
  const auto lowest = all(-3.4e38F);
  auto largest = lowest;
  in_vectors(count, [&](std::int64_t index, Mask mask) {
    largest = larger(largest, load_or(x + index, mask, lowest));
  });
  const float to_power = scale * Numbers::kPower;
  const auto factor = all(to_power);
  const auto shift = all(-to_power * largest_of(largest));
  auto sum = all(0.0F);
  in_vectors(count, [&](std::int64_t index, Mask mask) {
    const auto power = only(Numbers::power(fma(load(x + index, mask), factor, shift)), mask);
    Numbers::put(x, count, index, power);
    sum = sum + power;
  });
  return 1.0F / sum_of(sum);
}

template <class Numbers>
constexpr auto exponentials_of() -> float (*)(float*, std::int64_t, float) {
  if constexpr (Numbers::kGroup <= 2) {
    return exponentials<Numbers>;
  }
  return nullptr;
}

inline void layer_norm(const float* x, std::int64_t count, const float* weight, const float* bias,
                       float epsilon, float* y) {
  auto sum = all(0.0F);
  in_vectors(count, [&](std::int64_t index, Mask mask) { sum = sum + load(x + index, mask); });
  const auto mean = all(sum_of(sum) / static_cast<float>(count));
  auto squares = all(0.0F);
  in_vectors(count, [&](std::int64_t index, Mask mask) {
    const auto difference = only(load(x + index, mask) - mean, mask);
    squares = fma(difference, difference, squares);
  });
  const auto factor = all(1.0F / __builtin_sqrtf(sum_of(squares) / static_cast<float>(count) + epsilon));
  in_vectors(count, [&](std::int64_t index, Mask mask) {
    const auto normal = (load(x + index, mask) - mean) * factor;
    store(y + index, fma(normal, load(weight + index, mask), load(bias + index, mask)), mask);
  });
}

/// What fp32 is with any vectors.
struct Fp32 {
  using Sums = Floats;
  static constexpr int kGroup = 1;
  static constexpr int kRows = kFp32Rows;
  static constexpr int kVectors = kFp32Vectors;
  static Sums zero() { return all(0.0F); }
  static Sums from(Floats x) { return x; }
  static Floats to(Sums x) { return x; }
  static Floats weights(const std::uint32_t* panel) { return load(reinterpret_cast<const float*>(panel)); }
  static Floats everywhere(const std::uint32_t* x) { return all(*reinterpret_cast<const float*>(x)); }
  static Sums add(Sums sums, Floats x, Floats w) { return fma(x, w, sums); }
  static Floats result(Sums sums, const float*, Floats bias) { return sums + bias; }
  static Floats applied(Pointwise pointwise, Floats x) { return clip_classify::applied(pointwise, x); }
  static constexpr float kPower = 1;  ///< power(x * that) is e^x, for x up to 0
  static Floats power(Floats x) { return exponential_to_88(x); }
  /// Those from `index` on of a row of `count` numbers, as x of a product holds them.
  static void put(float* row, std::int64_t count, std::int64_t index, Floats numbers) {
    store(row + index, numbers, mask_to(count, index));
  }
  static __m256i eight(const float* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  }
};

template <class Numbers>
constexpr Kernels kernels_of(std::int64_t group_block, std::int64_t row_block,
                             void (*round)(const float*, std::int64_t, std::uint16_t*) = nullptr) noexcept {
  return {.rows = Numbers::kRows,
          .panel = kPanel<Numbers>,
          .group = Numbers::kGroup,
          .depth_step = 1,
          .group_block = group_block,
          .row_block = row_block,
          .compute = compute_rows<Numbers>,
          .make_panel = make_panel<Numbers>,
          .arrange = arrange<Numbers>,
          .round = round,
          .to_bytes = to_bytes,
          .exponentials = exponentials_of<Numbers>(),
          .layer_norm = layer_norm};
}

}  // namespace
}  // namespace clip_classify
