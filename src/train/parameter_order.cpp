#include "train/parameter_order.h"

#include <torch/csrc/jit/passes/inliner.h>

#include <string>
#include <unordered_map>
#include <unordered_set>

namespace clip_classify {
namespace {

using torch::jit::Block;

class Walk {
 public:
  explicit Walk(const torch::jit::Module& module) {
    for (const auto& parameter : module.named_parameters()) {
      parameters_.insert(parameter.name);
    }
    const auto graph = module.get_method("forward").graph()->copy();
    torch::jit::Inline(*graph);
    names_.emplace(graph->inputs()[0], "");
    visit(*graph->block());
  }

  ParameterOrder order;

 private:
  void visit(Block& block) {
    for (auto* node : block.nodes()) {
      if (node->kind() == c10::prim::GetAttr) {
        if (const auto owner = names_.find(node->input()); owner != names_.end()) {
          const auto prefix = owner->second.empty() ? "" : owner->second + ".";
          names_.emplace(node->output(), prefix + node->s(c10::attr::name));
        }
        continue;
      }
      use(node->inputs());
      for (auto* inner : node->blocks()) {
        visit(*inner);
      }
    }
  }

  void use(at::ArrayRef<torch::jit::Value*> inputs) {
    std::vector<std::string> taken;
    for (auto* input : inputs) {
      const auto name = names_.find(input);
      if (name != names_.end() && parameters_.contains(name->second)) {
        taken.push_back(name->second);
        if (seen_.insert(name->second).second) {
          order.names.push_back(name->second);
        }
      }
    }
    if (!taken.empty()) {
      order.last = std::move(taken);
    }
  }

  std::unordered_set<std::string> parameters_;
  std::unordered_map<const torch::jit::Value*, std::string> names_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

ParameterOrder parameter_order(const torch::jit::Module& module) {
  return Walk(module).order;
}

}  // namespace clip_classify
