#include "model/result_layout.h"

#include <algorithm>

#include "model/graph_values.h"

namespace clip_classify {
namespace {

using torch::jit::Node;
using torch::jit::Use;
using torch::jit::Value;

/// Whether a node gives its first input's numbers, in another shape or some of them.
bool is_view(Node* node) {
  return std::ranges::any_of(
      std::initializer_list<const char*>{"aten::view", "aten::reshape", "aten::transpose", "aten::permute",
                                         "aten::slice", "aten::contiguous"},
      [&](const char* kind) { return is_kind(node, kind); });
}

Value* behind_views(Value* value) {
  while (is_view(value->node())) {
    value = value->node()->inputs()[0];
  }
  return value;
}

/// Apart from its sizes.
bool is_read_by_alone(Value* value, Node* reader) {
  return std::ranges::all_of(value->uses(), [&](const Use& use) {
    return use.user == reader || is_kind(use.user, "aten::size") ||
           (use.offset == 0 && is_view(use.user) && is_read_by_alone(use.user->output(), reader));
  });
}

bool is_attention(Node* node) {
  return is_kind(node, "clip_classify::attention");
}

}  // namespace

bool only_layers_read(const Value* value) {
  return std::ranges::all_of(value->uses(), [](const Use& use) {
    return use.offset == 1 && is_kind(use.user, "clip_classify::fused_linear");
  });
}

void lay_out_results(torch::jit::Graph& graph, const LayerResults& results, bool in_bf16) {
  for (const auto& [result, layer] : results) {
    if (only_layers_read(result)) {
      layer->give_to_products();
      if (in_bf16) {
        layer->give_bf16();
      }
    }
  }
  if (!in_bf16) {
    return;
  }
  for (auto* attention : nodes_where(graph, is_attention)) {
    const auto inputs = attention->inputs().slice(0, 3);  // query, key, value
    const bool alone = std::ranges::all_of(inputs, [&](Value* input) {
      auto* source = behind_views(input);
      return results.contains(source) && is_read_by_alone(source, attention);
    });
    if (alone) {
      std::ranges::for_each(inputs, [&](Value* input) { results.at(behind_views(input))->give_bf16(); });
    }
  }
}

}  // namespace clip_classify
