// How layers give their results to what reads them.
#pragma once

#include <torch/csrc/jit/ir/ir.h>

#include <map>

#include "model/prepared_layer.h"

namespace clip_classify {

/// The floats of layers without a residual, and who gives them.
using LayerResults = std::map<torch::jit::Value*, c10::intrusive_ptr<PreparedLayer>>;

/// Whether nothing but fused layers reads it, as what they multiply.
bool only_layers_read(const torch::jit::Value* value);

/// What only products read is laid out for them. `in_bf16`: and rounded, as products of fused layers and
/// attention's own are in bf16.
void lay_out_results(torch::jit::Graph& graph, const LayerResults& results, bool in_bf16);

}  // namespace clip_classify
