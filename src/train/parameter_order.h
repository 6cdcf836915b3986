// The parameters of a TorchScript encoder in the order in which they are used.
#pragma once

#include <torch/script.h>

#include "train/tuned_part.h"

namespace clip_classify {

ParameterOrder parameter_order(const torch::jit::Module& module);

}  // namespace clip_classify
