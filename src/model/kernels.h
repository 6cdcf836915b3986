// Small matrix products written for a CPU's vector instructions. WeightMatrix puts large ones together from
// them.
#pragma once

#include <cstdint>

#include "clip_classify/manifest.h"
#include "model/pointwise.h"

namespace clip_classify {

/// Rows of x times one panel of weights. Depth is counted in groups of 32 bits: one fp32, two bf16 or
/// four int8 numbers.
struct Tile {
  const std::uint32_t* x = nullptr;
  std::int64_t x_stride = 0;  ///< groups
  const std::uint32_t* panel = nullptr;
  const std::uint32_t* next_panel = nullptr;  ///< as large, multiplied after this; null where it is not known
  std::int64_t groups = 0;
  bool first = true;                 ///< whether sums begin here; else they go on from y
  bool last = true;                  ///< whether they end here; else y holds sums so far
  const float* scale = nullptr;      ///< of each column's sums, where they are integers
  const float* row_scale = nullptr;  ///< of each row's floats, before all that follows; null for none
  const float* bias = nullptr;
  Pointwise pointwise = Pointwise::none;
  const float* residual = nullptr;   ///< laid out as y; null for none
  float* y = nullptr;                ///< one of these three is given
  std::uint16_t* rounded = nullptr;  ///< y in bf16; not fp32's
  std::uint8_t* bytes = nullptr;     ///< clamp(y * byte_factor) + byte_zero, halves to the even number
  float byte_factor = 1;
  float byte_zero = 0;
  std::int64_t y_stride = 0;  ///< of those and residual
  int columns = 0;            ///< at most a panel's; bias and scale are padded to that
};

/// One precision's, for one kind of CPU.
struct Kernels {
  int rows;                  ///< that are computed together
  int panel;                 ///< columns of a panel
  int group;                 ///< numbers in 32 bits
  int depth_step;            ///< groups that are multiplied at once: any number will do, a multiple is fast
  std::int64_t group_block;  ///< of a panel that is worked through at a time: as much as the caches like
  std::int64_t row_block;    ///< of x, likewise
  /// `tile` is where the rows begin; there are any number of them.
  void (*compute)(const Tile& tile, std::int64_t rows);
  /// Panels hold a group of each column, then the next of each. From `columns` rows of `weight` with `stride`
  /// floats between them; zeros for columns that are not there. `groups` times `panel` groups are written.
  void (*make_panel)(const float* weight, std::int64_t stride, int columns, std::int64_t groups,
                     std::uint32_t* panel);
  /// The same from groups as they are multiplied, in place of floats. Any precision's.
  void (*arrange)(const std::uint32_t* rows, std::int64_t stride, int columns, std::int64_t groups,
                  std::uint32_t* panel);
  /// `count` floats in bf16. Only bf16's.
  void (*round)(const float* from, std::int64_t count, std::uint16_t* to);
  /// clamp(x * factor, to 0..255 after zero is added), halves to the even number. Any precision's.
  void (*to_bytes)(const float* from, std::int64_t count, float factor, float zero, std::uint8_t* to);
  /// e^((x - the largest) * scale), in place but as x of a product holds them, padded with zeros to a whole
  /// group; returns one over their sum. Not int8's.
  float (*exponentials)(float* x, std::int64_t count, float scale);
  /// (x - mean) / sqrt(variance + epsilon) * weight + bias (Ba et al. 2016). Any precision's.
  void (*layer_norm)(const float* x, std::int64_t count, const float* weight, const float* bias,
                     float epsilon, float* y);
};

/// Null where this CPU has no instructions for it, or libtorch makes better use of those it has.
const Kernels* kernels_for(Precision precision);

extern const Kernels kAvx2Fp32;
extern const Kernels kAvx512Fp32;
extern const Kernels kAvx512Bf16;
extern const Kernels kAvx512Int8;
extern const Kernels kAmxBf16;
extern const Kernels kAmxInt8;

}  // namespace clip_classify
