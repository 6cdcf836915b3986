#include "model/optimize.h"

#include <torch/csrc/jit/passes/common_subexpression_elimination.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>

#include <algorithm>
#include <ranges>
#include <set>
#include <utility>

#include "model/class_token.h"
#include "model/fused_linear.h"
#include "model/graph_values.h"
#include "model/integer_weight.h"
#include "model/layer_norm.h"
#include "model/own_operators.h"
#include "model/quantized_linear.h"
#include "model/result_layout.h"

namespace clip_classify {
namespace {

using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;

bool has_known_bias(Node* linear) {
  const auto bias = torch::jit::toIValue(linear->inputs()[2]);
  return bias && (bias->isTensor() || bias->isNone());
}

/// aten::linear with a weight that is known now.
bool is_known_linear(Node* node) {
  if (!is_kind(node, "aten::linear")) {
    return false;
  }
  const auto weight = constant_tensor(node->inputs()[1]);
  return weight.defined() && weight.dim() == 2 && weight.is_floating_point() && has_known_bias(node);
}

/// The steps of x * sigmoid(1.702 x) as traced; none where x is used otherwise.
std::vector<Node*> quick_gelu_of(Value* x) {
  if (x->uses().size() != 2) {
    return {};
  }
  for (const auto& use : x->uses()) {
    auto* scaled = use.user;
    if (!is_kind(scaled, "aten::mul") || !is_number(scaled->inputs()[1 - use.offset], kQuickGelu)) {
      continue;
    }
    auto* sigmoid = only_user(scaled->output());
    auto* product =
        sigmoid != nullptr && is_kind(sigmoid, "aten::sigmoid") ? only_user(sigmoid->output()) : nullptr;
    if (product != nullptr && is_kind(product, "aten::mul") &&
        std::ranges::count(product->inputs(), x) == 1) {
      return {scaled, sigmoid, product};
    }
  }
  return {};
}

/// A linear layer and the nodes after it that become part of it.
struct Match {
  std::vector<Node*> nodes;  ///< in order; the fused layer gives the result of the last
  Pointwise pointwise = Pointwise::none;
  Value* residual = nullptr;  ///< added in the last
};

Match match(Node* linear) {
  Match found{.nodes = {linear}};
  auto* result = linear->output();
  if (const auto steps = quick_gelu_of(result); !steps.empty()) {
    found.pointwise = Pointwise::quick_gelu;
    found.nodes.insert(found.nodes.end(), steps.begin(), steps.end());
    return found;
  }
  auto* user = only_user(result);
  if (user == nullptr) {
    return found;
  }
  if (is_kind(user, "aten::gelu")) {
    const auto kind = torch::jit::toIValue(user->inputs()[1]);
    if (kind && kind->isString() && (kind->toStringRef() == "none" || kind->toStringRef() == "tanh")) {
      found.pointwise = kind->toStringRef() == "none" ? Pointwise::gelu : Pointwise::gelu_tanh;
      found.nodes.push_back(user);
    }
  } else if (is_kind(user, "aten::add") && user->inputs().size() == 3 && is_number(user->inputs()[2], 1)) {
    auto* other = user->inputs()[user->inputs()[0] == result ? 1 : 0];
    if (other->type()->kind() == c10::TypeKind::TensorType) {
      found.residual = other;
      found.nodes.push_back(user);
    }
  }
  return found;
}

class Optimizer {
 public:
  explicit Optimizer(torch::jit::Module& module)
      : module_(module), graph_(module.get_method("forward").graph()) {}

  Optimized run(Precision precision) {
    const bool in_bf16 = precision != Precision::fp32 && kernels_for(Precision::bf16) != nullptr;
    torch::jit::EliminateDeadCode(graph_);
    done_.summary.first_token = shorten_to_first_token(graph_);
    if (precision == Precision::int8) {
      torch::jit::EliminateCommonSubexpression(graph_);  // one rounding for layers of one input
      quantize_layers();
      torch::jit::EliminateDeadCode(graph_);
      fold_integer_weights(*graph_, module_);
    }
    done_.summary.attentions = replace_attention(*graph_, in_bf16);
    const auto patches = replace_patches(*graph_);
    done_.summary.patches = static_cast<int>(patches.size());
    done_.patch = patches.empty() ? 0 : patches.front();
    fuse_layers();
    torch::jit::EliminateDeadCode(graph_);
    lay_out_results(*graph_, results_, in_bf16);
    replace_layer_norms(*graph_, in_bf16);
    const auto convolutions = nodes_where(*graph_, is_convolution).size();
    done_.convolutional =
        static_cast<int>(convolutions) > done_.summary.fused_layers + done_.summary.quantized_layers;
    return std::move(done_);
  }

 private:
  void fuse_layers() {
    std::set<Value*> quick_gelus;
    for (auto* linear : linears()) {
      auto found = match(linear);
      const bool after = quick_gelus.contains(linear->inputs()[0]);
      auto* next =
          found.pointwise == Pointwise::quick_gelu ? only_user(found.nodes.back()->output()) : nullptr;
      if (found.pointwise == Pointwise::quick_gelu && (next == nullptr || !is_known_linear(next))) {
        found = {.nodes = {linear}};  // nowhere to take the factor out again
      }
      const auto layer = c10::make_intrusive<FusedLinear>(constant_tensor(linear->inputs()[1]),
                                                          bias_of(linear), found.pointwise, after);
      auto* result = put(found, "clip_classify::fused_linear", layer, linear->inputs()[0]);
      if (found.pointwise == Pointwise::quick_gelu) {
        quick_gelus.insert(result);
      }
      done_.fused.push_back(layer);
      ++done_.summary.fused_layers;
    }
  }

  /// fake_quantize(x) that only linear layers use becomes bytes for those layers.
  void quantize_layers() {
    std::vector<Node*> roundings;
    for (auto* node : graph_->nodes()) {
      if (is_kind(node, "aten::fake_quantize_per_tensor_affine") && is_to_bytes(node) &&
          std::ranges::all_of(node->output()->uses(), [this](const torch::jit::Use& use) {
            return use.offset == 0 && is_kind(use.user, "aten::linear") &&
                   integer_weight(use.user->inputs()[1], module_) && has_known_bias(use.user);
          })) {
        roundings.push_back(node);
      }
    }
    std::set<Value*> bytes;
    for (auto* rounding : roundings) {
      const auto in = scale_of(rounding);
      if (!in) {
        continue;
      }
      // The layer before may have written bytes already.
      auto* source = rounding->inputs()[0];
      if (!bytes.contains(source)) {
        auto* node = graph_->create(c10::Symbol::fromQualString("clip_classify::quantize"),
                                    {source, rounding->inputs()[1], rounding->inputs()[2]});
        source = node->insertBefore(rounding)->output();
      }
      std::vector<std::pair<Node*, IntegerWeight>> layers;
      for (const auto& use : rounding->output()->uses()) {
        if (auto weight = integer_weight(use.user->inputs()[1], module_)) {
          layers.emplace_back(use.user, std::move(*weight));
        }
      }
      for (auto& [linear, weight] : layers) {
        const auto found = match(linear);
        const auto out =
            found.residual == nullptr ? bytes_wanted(found.nodes.back()->output(), roundings) : std::nullopt;
        const auto layer = c10::make_intrusive<QuantizedLinear>(std::move(weight), bias_of(linear),
                                                                found.pointwise, *in, out);
        auto* result = put(found, "clip_classify::quantized_linear", layer, source);
        if (out) {
          bytes.insert(result);
          results_.erase(result);
          layer->give_to_products();
        }
        done_.quantized.push_back(layer);
        ++done_.summary.quantized_layers;
      }
      rounding->destroy();
    }
  }

  static bool is_to_bytes(Node* rounding) {
    return is_number(rounding->inputs()[3], 0) && is_number(rounding->inputs()[4], 255) &&
           scale_of(rounding).has_value();
  }

  static std::optional<ActivationScale> scale_of(Node* rounding) {
    const auto scale = constant_number(rounding->inputs()[1]);
    const auto zero_point = constant_number(rounding->inputs()[2]);
    return scale && zero_point
               ? std::optional(ActivationScale{*scale, static_cast<std::int64_t>(*zero_point)})
               : std::nullopt;
  }

  /// The scale of the bytes that a result is turned into next, if it is used for nothing else.
  static std::optional<ActivationScale> bytes_wanted(Value* result, const std::vector<Node*>& roundings) {
    auto* next = only_user(result);
    return std::ranges::find(roundings, next) == roundings.end() ? std::nullopt : scale_of(next);
  }

  std::vector<Node*> linears() const { return nodes_where(*graph_, is_known_linear); }

  static std::optional<at::Tensor> bias_of(Node* linear) {
    const auto bias = constant_tensor(linear->inputs()[2]);
    return bias.defined() ? std::optional(bias) : std::nullopt;
  }

  /// `layer` in the place of what was matched; its result.
  template <class Layer>
  Value* put(const Match& found, const char* operation, const c10::intrusive_ptr<Layer>& layer,
             Value* input) {
    const auto name = "fused_" + std::to_string(count_++);
    const c10::IValue object(layer);
    module_.register_attribute(name, object.type(), object);
    auto* self = graph_->insertNode(graph_->createGetAttr(graph_->inputs()[0], name));
    auto* last = found.nodes.back();
    self->moveBefore(last);
    auto* residual = found.residual;
    if (residual == nullptr) {
      const torch::jit::WithInsertPoint before(last);
      residual = graph_->insertConstant(c10::IValue());
    }
    auto* fused = graph_->create(c10::Symbol::fromQualString(operation), {self->output(), input, residual});
    auto* result = fused->insertBefore(last)->output();
    last->output()->replaceAllUsesWith(result);
    for (auto* node : std::views::reverse(found.nodes)) {
      node->destroy();
    }
    if (found.residual == nullptr) {
      results_.emplace(result, layer);
    }
    done_.summary.activations += found.pointwise == Pointwise::none ? 0 : 1;
    done_.summary.residuals += found.residual == nullptr ? 0 : 1;
    return result;
  }

  torch::jit::Module& module_;
  std::shared_ptr<Graph> graph_;
  Optimized done_;
  LayerResults results_;
  int count_ = 0;
};

}  // namespace

Optimized optimize(torch::jit::Module& frozen, Precision precision) {
  return Optimizer(frozen).run(precision);
}

}  // namespace clip_classify
