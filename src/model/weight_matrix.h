// Matrix product with a weight, what follows a linear layer included, from our own kernels.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/kernels.h"

namespace clip_classify {

/// What becomes of the sums: pointwise(sums + bias) + residual.
struct Product {
  Pointwise pointwise = Pointwise::none;
  const float* residual = nullptr;   ///< [rows, width]; null for none
  float* y = nullptr;                ///< [rows, width]; one of these three is given
  std::uint16_t* rounded = nullptr;  ///< [rows, width]: y in bf16; not in fp32
  std::uint8_t* bytes = nullptr;     ///< [rows, width]: y * byte_factor + byte_zero, rounded
  float byte_factor = 1;
  float byte_zero = 0;
  std::int64_t stride = 0;  ///< numbers from a row of those and of the residual to the next; 0: the width
};

/// Rows of x. They hold floats, bf16 numbers or bytes, as the kernels do.
struct Operand {
  const void* numbers = nullptr;
  std::int64_t rows = 0;
  std::int64_t stride = 0;  ///< groups from a row to the next
};

/// All row-major. y = x . weight + bias; in int8 the sums are multiplied by their column's scale first.
class WeightMatrix {
 public:
  /// `weight` [width, depth], whole numbers in int8, must stay until pack(); `bias` [width] or empty. In int8
  /// sums are multiplied by `scale` [width], which is empty otherwise. `depth` is a multiple of the kernels'
  /// group.
  WeightMatrix(const Kernels& kernels, const float* weight, std::int64_t width, std::int64_t depth,
               std::vector<float> bias, std::vector<float> scale = {});

  /// Copies the weight into panels, which multiply() otherwise makes of it each time. The products are the
  /// same, bit by bit. Not while others multiply.
  void pack();

  /// For the columns from `begin` to `end` (multiples of panel(), or the width). Safe to call from several
  /// threads.
  void multiply(const Operand& x, const Product& product, std::int64_t begin, std::int64_t end) const;

  std::int64_t width() const { return width_; }
  std::int64_t groups() const { return groups_; }
  std::int64_t panel() const { return kernels_->panel; }
  const Kernels& kernels() const { return *kernels_; }

 private:
  const Kernels* kernels_;
  std::int64_t width_;
  std::int64_t groups_;
  const float* weight_;                      ///< null once packed
  std::shared_ptr<std::uint32_t[]> panels_;  ///< once packed, one after the other
  std::vector<float> bias_;                  ///< padded with zeros, as is scale_
  std::vector<float> scale_;
};

}  // namespace clip_classify
