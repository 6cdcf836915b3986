// Small questions about values of a TorchScript graph, for the passes of optimize.h.
#pragma once

#include <ATen/core/ivalue.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/ir/ir.h>

#include <cmath>
#include <optional>
#include <vector>

namespace clip_classify {

inline bool is_kind(const torch::jit::Node* node, const char* kind) {
  return node->kind() == c10::Symbol::fromQualString(kind);
}

/// The tensor of a constant; undefined for anything else.
inline at::Tensor constant_tensor(torch::jit::Value* value) {
  const auto constant = torch::jit::toIValue(value);
  return constant && constant->isTensor() ? constant->toTensor() : at::Tensor();
}

/// The number of a constant, whether traced as a number or as a tensor of one element.
inline std::optional<double> constant_number(torch::jit::Value* value) {
  const auto constant = torch::jit::toIValue(value);
  if (!constant) {
    return std::nullopt;
  }
  if (constant->isTensor()) {
    const auto& tensor = constant->toTensor();
    return tensor.defined() && tensor.numel() == 1 ? std::optional(tensor.item<double>()) : std::nullopt;
  }
  return constant->isScalar() ? std::optional(constant->toScalar().to<double>()) : std::nullopt;
}

inline bool is_number(torch::jit::Value* value, double number) {
  const auto found = constant_number(value);
  return found && std::abs(*found - number) < 1e-6;
}

/// The only node that uses a value, if there is just one use.
inline torch::jit::Node* only_user(const torch::jit::Value* value) {
  return value->uses().size() == 1 ? value->uses().front().user : nullptr;
}

inline bool is_convolution(const torch::jit::Node* node) {
  return is_kind(node, "aten::_convolution") || is_kind(node, "aten::conv2d");
}

/// In order, so that they can be replaced one by one.
template <class Condition>
std::vector<torch::jit::Node*> nodes_where(torch::jit::Graph& graph, const Condition& condition) {
  std::vector<torch::jit::Node*> found;
  for (auto* node : graph.nodes()) {
    if (condition(node)) {
      found.push_back(node);
    }
  }
  return found;
}

}  // namespace clip_classify
