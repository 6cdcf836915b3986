#include "model/integer_weight.h"

#include <ATen/ATen.h>

#include "model/graph_values.h"

namespace clip_classify {
namespace {

/// The attribute of `module`, or of a module in it, that `value` is.
std::optional<c10::IValue> attribute(torch::jit::Value* value, const torch::jit::Module& module) {
  auto* node = value->node();
  if (value == node->owningGraph()->inputs()[0]) {
    return c10::IValue(module._ivalue());
  }
  if (node->kind() != c10::prim::GetAttr) {
    return std::nullopt;
  }
  const auto owner = attribute(node->input(), module);
  return owner ? std::optional(owner->toObjectRef().getAttr(node->s(c10::attr::name))) : std::nullopt;
}

bool is_matrix_of_integers(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kChar && tensor.dim() == 2;
}

}  // namespace

std::vector<std::string> integer_attributes(const torch::jit::Module& module) {
  std::vector<std::string> names;
  for (const auto& buffer : module.named_buffers()) {
    if (is_matrix_of_integers(buffer.value)) {
      names.push_back(buffer.name);
    }
  }
  return names;
}

std::optional<IntegerWeight> integer_weight(torch::jit::Value* weight, const torch::jit::Module& module) {
  auto* product = weight->node();
  if (!is_kind(product, "aten::mul") || !is_kind(product->inputs()[0]->node(), "aten::to")) {
    return std::nullopt;
  }
  const auto integers = attribute(product->inputs()[0]->node()->inputs()[0], module);
  auto scale = constant_tensor(product->inputs()[1]);
  if (!integers || !integers->isTensor() || !is_matrix_of_integers(integers->toTensor()) ||
      !scale.defined() || scale.sizes() != at::IntArrayRef{integers->toTensor().size(0), 1}) {
    return std::nullopt;
  }
  return IntegerWeight{integers->toTensor(), std::move(scale)};
}

void fold_integer_weights(torch::jit::Graph& graph, const torch::jit::Module& module) {
  for (auto* product :
       nodes_where(graph, [](torch::jit::Node* node) { return is_kind(node, "aten::mul"); })) {
    if (const auto weight = integer_weight(product->output(), module)) {
      const torch::jit::WithInsertPoint before(product);
      product->output()->replaceAllUsesWith(
          graph.insertConstant(weight->integers.to(weight->scale.scalar_type()) * weight->scale));
      product->destroy();
    }
  }
}

}  // namespace clip_classify
