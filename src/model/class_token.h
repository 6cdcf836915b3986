// A vision transformer's last block for the token whose row is used, in place of all of them.
#pragma once

#include <torch/csrc/jit/ir/ir.h>

#include <memory>

namespace clip_classify {

/// Where only the first token of a sequence [N, L, W] is used in the end, the steps before are done for that
/// token alone, as far back as they treat each token by itself, and attention asks for it alone. The result
/// is the same. Returns how many steps became shorter; 0 where the graph is none of this kind.
int shorten_to_first_token(const std::shared_ptr<torch::jit::Graph>& graph);

}  // namespace clip_classify
