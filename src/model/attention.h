// Attention of an encoder without a mask, head by head, from our own kernels.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

namespace clip_classify {

/// softmax(q . k^T * scale) . v (Vaswani et al. 2017). q [batch, heads, tokens, depth], k and v likewise with
/// tokens of their own; `scale` is 1 / sqrt(depth) unless given. `in_bf16`: both products are of numbers
/// rounded to bf16, summed in fp32, where the CPU has an instruction for that; q, k and v may be in bf16
/// then, the result is in floats. Shared out over this thread's team.
at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                     std::optional<double> scale, bool in_bf16);

}  // namespace clip_classify
