// A linear layer in int8: unsigned activations with one scale, signed weights with a scale for each row.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/custom_class.h>

#include <optional>

#include "model/fused_linear.h"

namespace clip_classify {

/// real = scale * (integer - zero_point), integers in 0..255.
struct ActivationScale {
  double scale = 1.0;
  std::int64_t zero_point = 0;
};

class QuantizedLinear : public torch::CustomClassHolder {
 public:
  /// Rounds `weight` [N, K] to integers and packs it. Its input is quantized by `in`; its result is float, or
  /// quantized by `out` where that is given.
  QuantizedLinear(const at::Tensor& weight, const std::optional<at::Tensor>& bias, Pointwise pointwise,
                  ActivationScale in, std::optional<ActivationScale> out);

  /// pointwise(x . weight + bias) for unsigned bytes `x`, plus `residual` where there is one (only to float).
  at::Tensor run(const at::Tensor& x, const std::optional<at::Tensor>& residual) const;

 private:
  at::Tensor packed_;
  at::Tensor scales_;
  at::Tensor zero_points_;
  std::optional<at::Tensor> bias_;
  Pointwise pointwise_;
  ActivationScale in_;
  std::optional<ActivationScale> out_;
  std::int64_t width_;
};

/// Floats to unsigned bytes, halves to the even number, out of range to the nearest.
at::Tensor quantize(const at::Tensor& x, double scale, std::int64_t zero_point);

/// Whether quantized layers give what the same integers give in fp32 on this CPU, tried on the largest
/// numbers there are.
bool quantized_linears_agree();

}  // namespace clip_classify
