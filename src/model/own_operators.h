// Puts our own operators in the place of libtorch's where they do the same.
#pragma once

#include <torch/csrc/jit/ir/ir.h>

#include <cstdint>
#include <vector>

namespace clip_classify {

/// Attention without a mask and without dropout becomes our own (see attention.h); how many.
int replace_attention(torch::jit::Graph& graph, bool in_bf16);

/// A convolution that meets each pixel of a picture once becomes a linear layer of its patches. Returns the
/// sides of the patches, in pixels, for each one.
std::vector<std::int64_t> replace_patches(torch::jit::Graph& graph);

}  // namespace clip_classify
