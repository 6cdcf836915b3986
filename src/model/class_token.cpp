#include "model/class_token.h"

#include <torch/csrc/jit/passes/dead_code_elimination.h>

#include <map>

#include "model/graph_values.h"

namespace clip_classify {
namespace {

using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;

/// How many dimensions values have, as far as their operators tell.
class Ranks {
 public:
  /// -1 where it is not known.
  int of(Value* value) {
    if (const auto known = known_.find(value); known != known_.end()) {
      return known->second;
    }
    return known_[value] = found(value);
  }

 private:
  int found(Value* value) {
    if (const auto constant = constant_tensor(value); constant.defined()) {
      return static_cast<int>(constant.dim());
    }
    auto* node = value->node();
    if (node->outputs().size() != 1 || node->inputs().empty()) {
      return -1;
    }
    for (const char* same : {"aten::linear", "aten::layer_norm", "aten::gelu", "aten::sigmoid",
                             "aten::contiguous", "aten::transpose", "aten::slice",
                             "aten::fake_quantize_per_tensor_affine", "aten::scaled_dot_product_attention"}) {
      if (is_kind(node, same)) {
        return of(node->inputs()[0]);
      }
    }
    if (is_kind(node, "aten::add") || is_kind(node, "aten::mul")) {
      const int left = of(node->inputs()[0]);
      if (node->inputs()[1]->type()->kind() != c10::TypeKind::TensorType) {
        return left;
      }
      const int right = of(node->inputs()[1]);
      return left < 0 || right < 0 ? -1 : std::max(left, right);
    }
    for (const char* listed : {"aten::view", "aten::reshape", "aten::permute", "aten::expand"}) {
      if (is_kind(node, listed) && is_kind(node->inputs()[1]->node(), "prim::ListConstruct")) {
        return static_cast<int>(node->inputs()[1]->node()->inputs().size());
      }
    }
    if (is_kind(node, "aten::cat") && is_kind(node->inputs()[0]->node(), "prim::ListConstruct")) {
      for (auto* part : node->inputs()[0]->node()->inputs()) {  // all have the same
        if (const int rank = of(part); rank >= 0) {
          return rank;
        }
      }
    }
    return -1;
  }

  std::map<Value*, int> known_;
};

class Shortener {
 public:
  /// Before `last_attention` every token is needed.
  Shortener(std::shared_ptr<Graph> graph, Node* last_attention)
      : graph_(std::move(graph)), last_attention_(last_attention) {}

  /// The first token of a sequence, [N, 1, W].
  Value* first(Value* value) {
    if (const auto known = done_.find(value); known != done_.end()) {
      return known->second;
    }
    auto* shorter = value->node()->isBefore(last_attention_) ? nullptr : shorten(value);
    return done_[value] = shorter != nullptr ? shorter : sliced(value, 1);
  }

  int steps() const { return steps_; }

 private:
  Value* shorten(Value* value) {
    auto* node = value->node();
    if (value->type()->kind() != c10::TypeKind::TensorType || node->outputs().size() != 1) {
      return nullptr;
    }
    if (is_kind(node, "aten::linear") || is_kind(node, "aten::gelu") || is_kind(node, "aten::sigmoid") ||
        is_kind(node, "aten::fake_quantize_per_tensor_affine") || is_one_row_norm(node)) {
      return ranks_.of(node->inputs()[0]) == 3 ? again(node, {first(node->inputs()[0])}) : nullptr;
    }
    if (is_kind(node, "aten::add") || is_kind(node, "aten::mul")) {
      auto* left = node->inputs()[0];
      auto* right = node->inputs()[1];
      if (right->type()->kind() != c10::TypeKind::TensorType || ranks_.of(right) == 0) {
        return ranks_.of(left) == 3 ? again(node, {first(left)}) : nullptr;
      }
      return ranks_.of(left) == 3 && ranks_.of(right) == 3 ? again(node, {first(left), first(right)})
                                                           : nullptr;
    }
    return is_kind(node, "aten::contiguous") || is_kind(node, "aten::reshape") ? from_attention(value)
                                                                               : nullptr;
  }

  static bool is_one_row_norm(Node* node) {
    if (!is_kind(node, "aten::layer_norm")) {
      return false;
    }
    const auto shape = torch::jit::toIValue(node->inputs()[1]);
    return shape && shape->isIntList() && shape->toIntVector().size() == 1;
  }

  /// [N, H, L, D] of attention, brought back to [N, L, H * D]: the query for the first token is enough.
  Value* from_attention(Value* value) {
    auto* node = value->node();
    while (is_kind(node, "aten::contiguous")) {
      node = node->inputs()[0]->node();
    }
    if (!is_kind(node, "aten::reshape") || !is_kind(node->inputs()[1]->node(), "prim::ListConstruct")) {
      return nullptr;
    }
    const auto sizes = node->inputs()[1]->node()->inputs();
    auto* swap = node->inputs()[0]->node();
    while (is_kind(swap, "aten::contiguous")) {
      swap = swap->inputs()[0]->node();
    }
    if (sizes.size() != 3 || !is_size(sizes[0], 0) || !is_size(sizes[1], 1) ||
        sizes[0]->node()->inputs()[0] != sizes[1]->node()->inputs()[0] || !swaps_heads_and_tokens(swap)) {
      return nullptr;
    }
    auto* attention = swap->inputs()[0]->node();
    if (is_kind(attention, "aten::reshape") && keeps_shape(attention)) {
      attention = attention->inputs()[0]->node();
    }
    if (!is_kind(attention, "aten::scaled_dot_product_attention") || !is_plain(attention)) {
      return nullptr;
    }
    auto* shorter = again(attention, {sliced(attention->inputs()[0], 2)});
    auto* swapped = again(swap, {shorter});
    auto* flat =
        graph_->create(c10::Symbol::fromQualString("aten::flatten"), {swapped, constant(2), constant(-1)});
    return flat->insertAfter(swapped->node())->output();
  }

  /// aten::size(sequence, dimension) of the sequence that the query came from.
  bool is_size(Value* value, int dimension) {
    return is_kind(value->node(), "aten::size") && is_number(value->node()->inputs()[1], dimension) &&
           ranks_.of(value->node()->inputs()[0]) == 3;
  }

  bool swaps_heads_and_tokens(Node* node) {
    return is_kind(node, "aten::transpose") && is_number(node->inputs()[1], 1) &&
           is_number(node->inputs()[2], 2) && ranks_.of(node->inputs()[0]) == 4;
  }

  /// reshape(attention, [its own size 0, -1, the query's size 2, the value's last]) changes nothing.
  static bool keeps_shape(Node* node) {
    if (!is_kind(node->inputs()[1]->node(), "prim::ListConstruct")) {
      return false;
    }
    const auto sizes = node->inputs()[1]->node()->inputs();
    auto* attention = node->inputs()[0]->node();
    const auto is_size_of = [](Value* size, const Value* tensor, int dimension) {
      return is_kind(size->node(), "aten::size") && size->node()->inputs()[0] == tensor &&
             is_number(size->node()->inputs()[1], dimension);
    };
    return is_kind(attention, "aten::scaled_dot_product_attention") && sizes.size() == 4 &&
           is_size_of(sizes[0], node->inputs()[0], 0) && is_number(sizes[1], -1) &&
           is_size_of(sizes[2], attention->inputs()[0], 2) &&
           is_size_of(sizes[3], attention->inputs()[2], -1);
  }

  /// Attention of every token to every token: no mask, not causal.
  static bool is_plain(Node* attention) {
    const auto mask = torch::jit::toIValue(attention->inputs()[3]);
    const auto causal = torch::jit::toIValue(attention->inputs()[5]);
    return mask && mask->isNone() && causal && causal->isBool() && !causal->toBool();
  }

  Value* sliced(Value* value, int dimension) {
    auto* node = graph_->create(c10::Symbol::fromQualString("aten::slice"),
                                {value, constant(dimension), constant(0), constant(1), constant(1)});
    return node->insertAfter(value->node())->output();
  }

  /// The same operator on shorter inputs, in place of its first ones.
  Value* again(Node* node, const std::vector<Value*>& inputs) {
    auto* copy = graph_->createClone(node, [](Value* value) { return value; });
    for (std::size_t index = 0; index < inputs.size(); ++index) {
      copy->replaceInput(index, inputs[index]);
    }
    copy->insertAfter(node);
    ++steps_;
    return copy->output();
  }

  Value* constant(int number) {
    const torch::jit::WithInsertPoint first_of_all(*graph_->nodes().begin());
    return graph_->insertConstant(number);
  }

  std::shared_ptr<Graph> graph_;
  Node* last_attention_;
  std::map<Value*, Value*> done_;
  Ranks ranks_;
  int steps_ = 0;
};

/// The sequence whose first token `select` takes: select(x, 1, 0), perhaps of slices that leave all in.
Value* sequence_of(Node* select) {
  if (!is_kind(select, "aten::select") || !is_number(select->inputs()[1], 1) ||
      !is_number(select->inputs()[2], 0)) {
    return nullptr;
  }
  auto* value = select->inputs()[0];
  while (is_kind(value->node(), "aten::slice") && is_number(value->node()->inputs()[1], 0)) {
    value = value->node()->inputs()[0];
  }
  return value;
}

}  // namespace

int shorten_to_first_token(const std::shared_ptr<Graph>& graph) {
  Node* last_attention = nullptr;
  for (auto* node : graph->nodes()) {
    last_attention = is_kind(node, "aten::scaled_dot_product_attention") ? node : last_attention;
  }
  if (last_attention == nullptr) {
    return 0;
  }
  Ranks ranks;
  Shortener shortener(graph, last_attention);
  for (auto* node : graph->nodes()) {
    auto* sequence = sequence_of(node);
    // Used in more ways than this, all of its tokens are needed anyway.
    if (sequence == nullptr || sequence->uses().size() != 1 || ranks.of(sequence) != 3) {
      continue;
    }
    sequence->uses().front().user->replaceInputWith(sequence, shortener.first(sequence));
    break;
  }
  if (shortener.steps() > 0) {
    torch::jit::EliminateDeadCode(graph);
  }
  return shortener.steps();
}

}  // namespace clip_classify
