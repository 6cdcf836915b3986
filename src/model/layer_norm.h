// Layer normalization by our own kernels, which writes what the next product reads.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/ir/ir.h>

namespace clip_classify {

/// Over the last dimension, of x [..., N], with weight and bias [N] (Ba et al. 2016). Floats, or rounded to
/// bf16; `for_products`: in rows as empty_rows has them. Shared out over this thread's team.
at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double epsilon,
                      bool to_bf16, bool for_products);

/// The same as quantize() makes of it (see quantized_linear.h).
at::Tensor layer_norm_to_bytes(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                               double epsilon, double scale, std::int64_t zero_point);

/// libtorch's becomes one of these, where weight and bias are known. `layers_in_bf16`: bf16 where only such
/// layers read it.
void replace_layer_norms(torch::jit::Graph& graph, bool layers_in_bf16);

}  // namespace clip_classify
