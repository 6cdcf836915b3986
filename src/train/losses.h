// The losses of contrastive training on tensors that autograd follows.
#pragma once

#include <ATen/ATen.h>

#include "clip_classify/contrastive.h"

namespace clip_classify {

/// Unit rows [N, width] of both, row i of one belonging to row i of the other; `log_scale` and `bias` are
/// scalars. Gives a scalar.
at::Tensor contrastive_loss(ContrastiveLoss loss, const at::Tensor& images, const at::Tensor& texts,
                            const at::Tensor& log_scale, const at::Tensor& bias);

}  // namespace clip_classify
