// Weights that scripts/export_model.py --precision int8 has written: integers and a scale for each row.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/ir.h>

#include <optional>
#include <string>
#include <vector>

namespace clip_classify {

struct IntegerWeight {
  at::Tensor integers;  ///< int8 [N, K]
  at::Tensor scale;     ///< float [N, 1]; the weight is integers * scale
};

/// The attributes that hold integers. torch::jit::freeze, unless told to leave them alone, turns them into
/// floats, which takes longer than all else when a model is loaded, and four times their memory.
std::vector<std::string> integer_attributes(const torch::jit::Module& module);

/// What `weight` is made of, where it is made so.
std::optional<IntegerWeight> integer_weight(torch::jit::Value* weight, const torch::jit::Module& module);

/// Makes constants of what weights are made so and left.
void fold_integer_weights(torch::jit::Graph& graph, const torch::jit::Module& module);

}  // namespace clip_classify
