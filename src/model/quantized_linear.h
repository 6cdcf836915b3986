// A linear layer in int8: unsigned activations with one scale, signed weights with a scale for each row.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "model/integer_weight.h"
#include "model/pointwise.h"
#include "model/prepared_layer.h"
#include "model/weight_matrix.h"

namespace clip_classify {

/// real = scale * (integer - zero_point), integers in 0..255.
struct ActivationScale {
  double scale = 1.0;
  std::int64_t zero_point = 0;
};

class QuantizedLinear : public PreparedLayer {
 public:
  /// The layer's input is quantized by `in`; its result is float, or quantized by `out` where that is given.
  QuantizedLinear(IntegerWeight weight, std::optional<at::Tensor> bias, Pointwise pointwise,
                  ActivationScale in, std::optional<ActivationScale> out);

  /// pointwise(x . weight + bias) for unsigned bytes `x`, plus `residual` where there is one (only to float).
  /// Only once prepared.
  at::Tensor run(const at::Tensor& x, const std::optional<at::Tensor>& residual) const;

  /// Whatever `precision` is, this is int8.
  void prepare(Precision precision, std::int64_t rows) override;
  void pack() override {}  // done by then: it takes no more than the rounding

 private:
  at::Tensor run_onednn(const at::Tensor& x, const std::optional<at::Tensor>& residual) const;

  IntegerWeight weight_;  ///< until prepared
  std::optional<at::Tensor> bias_;
  Pointwise pointwise_;
  ActivationScale in_;
  std::optional<ActivationScale> out_;
  std::int64_t width_;
  std::optional<WeightMatrix> matrix_;  ///< for our own product; else these are for oneDNN's
  at::Tensor packed_;
  at::Tensor scales_;
  at::Tensor zero_points_;
};

/// Floats to unsigned bytes, halves to the even number, out of range to the nearest.
at::Tensor quantize(const at::Tensor& x, double scale, std::int64_t zero_point);

/// Whether quantized layers give what the same integers give in fp32 on this CPU, tried on the largest
/// numbers there are.
bool quantized_linears_agree();

}  // namespace clip_classify
