// Matrix product with a weight for CPUs with AVX2 and FMA, what follows a linear layer included. On
// AMD's Zen 3 neither MKL nor oneDNN gets past two thirds of the peak there.
#pragma once

#include <cstdint>
#include <vector>

#include "model/pointwise.h"

namespace clip_classify {

/// y = pointwise(x . weight + bias) + residual, all row-major floats.
class WeightMatrix {
 public:
  /// Whether this CPU has what it takes, and nothing wider that libtorch would use.
  static bool is_for_this_cpu();

  /// `weight` [width, depth] must stay until pack(); `bias` [width], copied, or null.
  WeightMatrix(const float* weight, const float* bias, std::int64_t width, std::int64_t depth);

  /// Copies the weight into panels, which multiply() otherwise makes of it each time. The products are the
  /// same, bit by bit. Not while others multiply.
  void pack();

  /// For the columns from `begin` to `end` (multiples of kPanel, or the width): x [rows, depth], residual
  /// [rows, width] or null, y [rows, width]. Safe to call from several threads.
  void multiply(const float* x, std::int64_t rows, Pointwise pointwise, const float* residual, float* y,
                std::int64_t begin, std::int64_t end) const;

  static constexpr std::int64_t kPanel = 16;

 private:
  std::int64_t width_;
  std::int64_t depth_;
  const float* weight_;  ///< null once packed
  std::vector<float>
      panels_;  ///< once packed: for each 16 columns, for each of depth: 16 floats; zeros past the width
  std::vector<float> bias_;  ///< padded with zeros
};

}  // namespace clip_classify
