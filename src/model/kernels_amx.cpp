// For CPUs with AMX and AVX-512, and compiled for them (see kernels_avx2.cpp). What AMX calls tiles are here
// registers of 16 rows of 64 bytes (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1,
// chapter 18). A register of weights is 16 groups of 16 columns: as panels hold them.
#include "model/vectors_avx512.h"
// clang-format off: the tile needs the vectors
#include "model/kernel_tile.h"
#include "model/numbers_avx512.h"
// clang-format on

namespace clip_classify {
namespace {

constexpr std::int64_t kSide = 16;         ///< rows of a register, and groups of x or sums in a row of it
constexpr std::int64_t kRows = 2 * kSide;  ///< of x that are computed together
constexpr std::int64_t kGroupBytes = 4;
constexpr std::int64_t kLine = 64;
constexpr std::int64_t kColumns = std::int64_t{kNarrowVectors} * kLanes;
static_assert(kColumns == 2 * kSide && kSide == kGroupsAhead);

/// What registers hold: sums of the upper and lower rows and the left and right columns, then x, then
/// weights.
struct alignas(64) Layout {
  std::uint8_t palette = 1;
  std::uint8_t start = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {kLine, kLine, kLine, kLine, kLine, kLine, kLine, kLine};
  std::uint8_t rows[16];

  Layout(std::uint8_t upper, std::uint8_t lower)
      : rows{upper, upper, lower, lower, upper, lower, kSide, kSide} {}
};

inline void multiply_registers(Bf16) {
  _tile_dpbf16ps(0, 4, 6);
  _tile_dpbf16ps(1, 4, 7);
  _tile_dpbf16ps(2, 5, 6);
  _tile_dpbf16ps(3, 5, 7);
}

inline void multiply_registers(Int8) {
  _tile_dpbusd(0, 4, 6);
  _tile_dpbusd(1, 4, 7);
  _tile_dpbusd(2, 5, 6);
  _tile_dpbusd(3, 5, 7);
}

/// 16 groups of all rows and columns.
template <class Numbers>
inline void add_products(const std::uint32_t* upper, const std::uint32_t* lower, std::int64_t x_stride,
                         const std::uint32_t* panel) {
  _tile_loadd(4, upper, x_stride * kGroupBytes);
  _tile_loadd(6, panel, kColumns * kGroupBytes);
  _tile_loadd(7, panel + kLanes, kColumns * kGroupBytes);
  _tile_loadd(5, lower, x_stride * kGroupBytes);
  multiply_registers(Numbers());
}

/// What was written is in memory when registers are loaded, which compilers do not know to read it.
inline void have_written() {
  __asm__ volatile("" ::: "memory");
}

/// The groups beyond the last whole 16, filled up with zeros.
class Rest {
 public:
  explicit Rest(const Tile& tile) : begin_(tile.groups / kSide * kSide), count_(tile.groups - begin_) {
    if (count_ == 0) {
      return;
    }
    for (std::int64_t line = 0; line < kSide * 2; ++line) {
      const bool there = line < count_ * 2;
      _mm512_store_si512(
          panel_ + line * kStep,
          there ? _mm512_loadu_si512(tile.panel + begin_ * kColumns + line * kStep) : _mm512_setzero_si512());
    }
  }

  template <class Numbers>
  void add(const Tile& tile, std::int64_t rows) {
    if (count_ == 0) {
      return;
    }
    const auto mask = mask_of(static_cast<int>(count_));
    for (std::int64_t row = 0; row < rows; ++row) {
      _mm512_store_si512(x_ + row * kSide,
                         _mm512_maskz_loadu_epi32(mask, tile.x + row * tile.x_stride + begin_));
    }
    have_written();
    add_products<Numbers>(x_, rows > kSide ? x_ + kSide * kSide : x_, kSide, panel_);
  }

 private:
  std::int64_t begin_;
  std::int64_t count_;
  alignas(64) std::uint32_t panel_[kSide * kColumns];
  alignas(64) std::uint32_t x_[kRows * kSide];
};

constexpr std::int64_t kSums = kRows * kColumns;
constexpr std::int64_t kSumsStride = kColumns * kGroupBytes;

/// Zeros, or what waits in y.
inline void begin_sums(const Tile& tile, std::int64_t rows) {
  if (tile.first) {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    return;
  }
  alignas(64) float sums[kSums];
  const Columns<kNarrowVectors> columns(tile);
  for (std::int64_t row = 0; row < rows; ++row) {
    for (int half = 0; half < 2; ++half) {
      store(sums + row * kColumns + half * kStep,
            columns.loaded(tile.y + row * tile.y_stride + half * kStep, half));
    }
  }
  have_written();
  _tile_loadd(0, sums, kSumsStride);
  _tile_loadd(1, sums + kLanes, kSumsStride);
  _tile_loadd(2, sums + kSide * kColumns, kSumsStride);
  _tile_loadd(3, sums + kSide * kColumns + kLanes, kSumsStride);
}

/// Rows of sums become y, or wait there.
template <class Numbers, Pointwise pointwise>
void finish_rows(const Tile& tile, const float* sums, std::int64_t from, std::int64_t to) {
  auto known = tile;
  known.pointwise = pointwise;
  const Columns<kNarrowVectors> columns(known);
  for (std::int64_t row = from; row < to; ++row) {
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      const auto numbers = load(sums + row * kColumns + half * kStep);
      if (known.last) {
        finish<Numbers>(known, columns, row, half, Numbers::from(numbers));
      } else {
        columns.stored(known.y + row * known.y_stride + half * kStep, numbers, half);
      }
    }
  }
}

template <class Numbers>
constexpr void (*kFinishRows[])(const Tile&, const float*, std::int64_t, std::int64_t) = {
    finish_rows<Numbers, Pointwise::none>, finish_rows<Numbers, Pointwise::gelu>,
    finish_rows<Numbers, Pointwise::gelu_tanh>, finish_rows<Numbers, Pointwise::quick_gelu>};

/// Sums that become y while the next are computed: registers are multiplied beside all other instructions.
template <class Numbers>
class Finishing {
 public:
  /// Takes the sums in registers.
  void begin(const Tile& tile, std::int64_t rows) {
    tile_ = tile;
    done_ = 0;
    rows_ = rows;
    _tile_stored(0, sums_, kSumsStride);
    _tile_stored(1, sums_ + kLanes, kSumsStride);
    if (rows > kSide) {
      _tile_stored(2, sums_ + kSide * kColumns, kSumsStride);
      _tile_stored(3, sums_ + kSide * kColumns + kLanes, kSumsStride);
    }
  }

  void go_on(std::int64_t rows) {
    const auto until = done_ + rows < rows_ ? done_ + rows : rows_;
    if (done_ < until) {
      kFinishRows<Numbers>[static_cast<int>(tile_.pointwise)](tile_, sums_, done_, until);
      done_ = until;
    }
  }

  void end() { go_on(left()); }
  std::int64_t left() const { return rows_ - done_; }

 private:
  Tile tile_;
  std::int64_t done_ = 0;
  std::int64_t rows_ = 0;
  alignas(64) float sums_[kSums];
};

/// Lays registers out for so many rows.
inline void lay_out(std::int64_t rows) {
  const bool two = rows > kSide;
  const Layout layout(static_cast<std::uint8_t>(two ? kSide : rows),
                      static_cast<std::uint8_t>(two ? rows - kSide : 1));
  have_written();
  _tile_loadconfig(&layout);
}

template <class Numbers>
void compute_with_amx(const Tile& tile, std::int64_t rows) {
  Rest rest(tile);
  Finishing<Numbers> before;
  const auto steps = tile.groups / kSide;
  const auto tiles = (rows + kRows - 1) / kRows;
  Fetching fetching(tile, kColumns, tiles);
  // About as many rows in each tile: few take hardly less time than many. Those with one more come first.
  const auto less = rows / (tiles == 0 ? 1 : tiles);
  const auto longer = rows - less * tiles;
  std::int64_t laid_out = 0;
  std::int64_t row = 0;
  for (std::int64_t index = 0; index < tiles; ++index) {
    const auto count = index < longer ? less + 1 : less;
    if (count != laid_out) {
      lay_out(count);
      laid_out = count;
    }
    const auto part = from_row(tile, row);
    begin_sums(part, count);
    const auto* lower = part.x + (count > kSide ? kSide * part.x_stride : 0);
    const auto rows_a_step = steps == 0 ? 0 : (before.left() + steps - 1) / steps;
    for (std::int64_t step = 0; step < steps; ++step) {
      add_products<Numbers>(part.x + step * kSide, lower + step * kSide, part.x_stride,
                            tile.panel + step * kSide * kColumns);
      fetching.go_on();
      before.go_on(rows_a_step);
    }
    before.end();
    rest.add<Numbers>(part, count);
    before.begin(part, count);
    row += count;
  }
  before.end();
  _tile_release();
}

constexpr std::int64_t kAllRows = std::int64_t{1} << 40;
/// Of x, so that some 250 rows of it and of y stay in the second cache.
constexpr std::int64_t kDepthOfX = 1024;

template <class Numbers>
constexpr Kernels amx_kernels_of(void (*round)(const float*, std::int64_t,
                                               std::uint16_t*) = nullptr) noexcept {
  auto kernels = kernels_of<Numbers>(kDepthOfX, kAllRows, round);
  kernels.rows = static_cast<int>(kRows);
  kernels.depth_step = static_cast<int>(kSide);
  kernels.compute = compute_with_amx<Numbers>;
  return kernels;
}

}  // namespace

extern const Kernels kAmxBf16 = amx_kernels_of<Bf16>(round_bf16);
extern const Kernels kAmxInt8 = amx_kernels_of<Int8>();

}  // namespace clip_classify
