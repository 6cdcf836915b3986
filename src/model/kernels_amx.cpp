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

constexpr int kSide = 16;         ///< rows of a register, and groups of x or sums in a row of it
constexpr int kRows = 2 * kSide;  ///< of x that are computed together
constexpr std::int64_t kGroupBytes = 4;
constexpr std::int64_t kLine = 64;

/// What registers hold: sums of the upper and lower rows and the left and right columns, then x, then weights.
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
  _tile_loadd(6, panel, kPanel * kGroupBytes);
  _tile_loadd(7, panel + kLanes, kPanel * kGroupBytes);
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
      _mm512_store_si512(panel_ + line * kLanes,
                         there ? _mm512_loadu_si512(tile.panel + begin_ * kPanel + line * kLanes)
                               : _mm512_setzero_si512());
    }
  }

  template <class Numbers>
  void add(const Tile& tile, int rows) {
    if (count_ == 0) {
      return;
    }
    const auto mask = mask_of(static_cast<int>(count_));
    for (int row = 0; row < rows; ++row) {
      _mm512_store_si512(x_ + row * kSide,
                         _mm512_maskz_loadu_epi32(mask, tile.x + row * tile.x_stride + begin_));
    }
    have_written();
    add_products<Numbers>(x_, rows > kSide ? x_ + kSide * kSide : x_, kSide, panel_);
  }

 private:
  std::int64_t begin_;
  std::int64_t count_;
  alignas(64) std::uint32_t panel_[kSide * kPanel];
  alignas(64) std::uint32_t x_[kRows * kSide];
};

/// Sums that become y while the next are computed: registers are multiplied beside all other instructions.
template <class Numbers>
class Finishing {
 public:
  /// Takes the sums in registers.
  void begin(const Tile& tile, int rows) {
    tile_ = tile;
    done_ = 0;
    count_ = rows * 2;
    constexpr auto stride = kPanel * kGroupBytes;
    _tile_stored(0, sums_, stride);
    _tile_stored(1, sums_ + kLanes, stride);
    if (rows > kSide) {
      _tile_stored(2, sums_ + kSide * kPanel, stride);
      _tile_stored(3, sums_ + kSide * kPanel + kLanes, stride);
    }
  }

  void go_on(int vectors) {
    const Columns columns(tile_);
    const int until = done_ + vectors < count_ ? done_ + vectors : count_;
    for (; done_ < until; ++done_) {
      const auto sums = _mm512_load_ps(sums_ + done_ * kLanes);
      finish<Numbers>(tile_, columns, done_ / 2, done_ % 2, Numbers::from(sums));
    }
  }

  void end() { go_on(count_ - done_); }
  int left() const { return count_ - done_; }

 private:
  Tile tile_;
  int done_ = 0;
  int count_ = 0;
  alignas(64) float sums_[kRows * kPanel];
};

/// Always the whole depth.
template <class Numbers>
void compute_with_amx(const Tile& tile, std::int64_t rows) {
  Rest rest(tile);
  Finishing<Numbers> before;
  const auto steps = tile.groups / kSide;
  const auto* next_panel = reinterpret_cast<const char*>(tile.panel + tile.groups * kPanel);
  const auto panel_lines = tile.groups * 2;
  const auto all_steps = (rows + kRows - 1) / kRows * steps;
  const auto lines = all_steps == 0 ? 0 : (panel_lines + all_steps - 1) / all_steps;
  int laid_out = 0;
  for (std::int64_t row = 0; row < rows; row += kRows) {
    const int count = static_cast<int>(rows - row < kRows ? rows - row : kRows);
    if (count != laid_out) {
      laid_out = count;
      const bool two = count > kSide;
      const Layout layout(static_cast<std::uint8_t>(two ? kSide : count),
                          static_cast<std::uint8_t>(two ? count - kSide : 1));
      have_written();
      _tile_loadconfig(&layout);
    }
    const auto part = from_row(tile, row);
    const auto* lower = part.x + (count > kSide ? kSide * part.x_stride : 0);
    const int vectors = steps == 0 ? 0 : static_cast<int>((before.left() + steps - 1) / steps);
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (std::int64_t step = 0; step < steps; ++step) {
      add_products<Numbers>(part.x + step * kSide, lower + step * kSide, part.x_stride,
                            tile.panel + step * kSide * kPanel);
      for (std::int64_t line = 0; line < lines; ++line, next_panel += kLine) {
        _mm_prefetch(next_panel, _MM_HINT_T1);
      }
      before.go_on(vectors);
    }
    before.end();
    rest.add<Numbers>(part, count);
    before.begin(part, count);
  }
  before.end();
  _tile_release();
}

constexpr std::int64_t kWhole = std::int64_t{1} << 40;

template <class Numbers>
constexpr Kernels amx_kernels_of(void (*round)(const float*, std::int64_t, std::uint16_t*) = nullptr) noexcept {
  auto kernels = kernels_of<Numbers>(kWhole, kWhole, round);
  kernels.rows = kRows;
  kernels.compute = compute_with_amx<Numbers>;
  return kernels;
}

}  // namespace

extern const Kernels kAmxBf16 = amx_kernels_of<Bf16>(round_bf16);
extern const Kernels kAmxInt8 = amx_kernels_of<Int8>();

}  // namespace clip_classify
