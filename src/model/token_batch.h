// Token sequences as the tensors that a text encoder takes.
#pragma once

#include <ATen/ATen.h>

#include <span>
#include <vector>

#include "clip_classify/text.h"

namespace clip_classify {

/// Ids [N, L], padded as `spec` says, and the mask [N, L] where the encoder takes one.
std::vector<at::Tensor> token_batch(const TextSpec& spec, std::span<const Tokens* const> sequences);

}  // namespace clip_classify
