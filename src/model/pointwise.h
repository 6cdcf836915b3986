// The functions that follow linear layers and are computed together with them.
#pragma once

namespace clip_classify {

/// quick_gelu is x * sigmoid(1.702 x).
enum class Pointwise { none, gelu, gelu_tanh, quick_gelu };

constexpr double kQuickGelu = 1.702;

}  // namespace clip_classify
