// Puts our own operators in the place of libtorch's where they do the same.
#pragma once

#include <torch/csrc/jit/ir/ir.h>

namespace clip_classify {

/// Attention without a mask and without dropout becomes our own (see attention.h); how many.
int replace_attention(torch::jit::Graph& graph);

/// A convolution that meets each pixel of a picture once becomes a linear layer of its patches; how many.
int replace_patches(torch::jit::Graph& graph);

}  // namespace clip_classify
