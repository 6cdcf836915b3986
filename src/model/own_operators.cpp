#include "model/own_operators.h"

#include <algorithm>

#include "model/graph_values.h"

namespace clip_classify {
namespace {

using torch::jit::Graph;
using torch::jit::Node;

bool is_plain_attention(Node* node) {
  if (!is_kind(node, "aten::scaled_dot_product_attention")) {
    return false;
  }
  const auto inputs = node->inputs();  // query, key, value, mask, dropout, causal, scale, grouped
  const auto mask = torch::jit::toIValue(inputs[3]);
  const auto grouped = inputs.size() > 7 ? constant_number(inputs[7]) : 0.0;
  return mask && mask->isNone() && is_number(inputs[4], 0) && constant_number(inputs[5]) == 0.0 &&
         grouped == 0.0;
}

bool is_patch_embedding(Node* node) {
  if (!is_convolution(node)) {
    return false;
  }
  const auto inputs = node->inputs();  // picture, weight, bias, stride, padding, dilation, then transposed
  const auto weight = constant_tensor(inputs[1]);
  if (!weight.defined() || weight.dim() != 4 || weight.size(1) != 3 || weight.size(2) != weight.size(3) ||
      !weight.is_floating_point() || !torch::jit::toIValue(inputs[2])) {
    return false;
  }
  const auto all_are = [&](std::size_t input, std::int64_t number) {
    const auto list = torch::jit::toIValue(inputs[input]);
    return list && list->isIntList() &&
           std::ranges::all_of(list->toIntVector(), [&](std::int64_t n) { return n == number; });
  };
  const bool transposed = is_kind(node, "aten::_convolution") && constant_number(inputs[6]) != 0.0;
  return all_are(3, weight.size(2)) && all_are(4, 0) && all_are(5, 1) && !transposed;
}

}  // namespace

int replace_attention(Graph& graph, bool in_bf16) {
  const auto found = nodes_where(graph, is_plain_attention);
  for (auto* node : found) {
    const torch::jit::WithInsertPoint before(node);
    const auto inputs = node->inputs();
    auto* own = graph.insert(c10::Symbol::fromQualString("clip_classify::attention"),
                             {inputs[0], inputs[1], inputs[2], inputs[6], in_bf16});
    node->output()->replaceAllUsesWith(own);
    node->destroy();
  }
  return static_cast<int>(found.size());
}

std::vector<std::int64_t> replace_patches(Graph& graph) {
  std::vector<std::int64_t> sides;
  for (auto* node : nodes_where(graph, is_patch_embedding)) {
    const torch::jit::WithInsertPoint before(node);
    const auto weight = constant_tensor(node->inputs()[1]);
    auto* rows = graph.insert(c10::Symbol::fromQualString("clip_classify::patches"),
                              {node->inputs()[0], weight.size(2)});
    sides.push_back(weight.size(2));
    auto* flat = graph.insertConstant(weight.reshape({weight.size(0), -1}).contiguous());
    auto* columns = graph.insert(c10::aten::linear, {rows, flat, node->inputs()[2]});
    auto* result = graph.insert(c10::aten::permute, {columns, c10::List<std::int64_t>({0, 3, 1, 2})});
    node->output()->replaceAllUsesWith(result);
    node->destroy();
  }
  return sides;
}

}  // namespace clip_classify
