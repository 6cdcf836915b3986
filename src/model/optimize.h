// What is done to a frozen encoder's graph for the CPU that is there. Nothing of it is kept on disk.
#pragma once

#include <torch/csrc/jit/api/module.h>

#include <vector>

#include "clip_classify/model.h"
#include "model/fused_linear.h"

namespace clip_classify {

struct Optimized {
  std::vector<c10::intrusive_ptr<FusedLinear>> layers;  ///< to be prepared, and packed when that pays
  EncoderSummary summary;
};

/// Puts fused layers in the place of linear ones. `int8`: quantized ones where the archive was exported so
/// and the CPU computes them right. What matches no pattern stays as it is, so any graph comes out right.
Optimized optimize(torch::jit::Module& frozen, bool int8);

}  // namespace clip_classify
