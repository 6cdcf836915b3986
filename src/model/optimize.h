// What is done to a frozen encoder's graph for the CPU that is there. Nothing of it is kept on disk.
#pragma once

#include <torch/csrc/jit/api/module.h>

#include <vector>

#include "clip_classify/model.h"
#include "model/prepared_layer.h"

namespace clip_classify {

struct Optimized {
  std::vector<c10::intrusive_ptr<PreparedLayer>> fused;      ///< may be prepared, and packed when that pays
  std::vector<c10::intrusive_ptr<PreparedLayer>> quantized;  ///< must be prepared
  std::int64_t patch = 0;      ///< pixels along a side of what an image is cut into; 0: it is not
  bool convolutional = false;  ///< whether convolutions, not linear layers, are most of what is computed
  EncoderSummary summary;
};

/// Puts fused layers in the place of linear ones, and for int8 quantized ones where the archive was exported
/// so; freezing must have left their integers as they were then. In bf16 and int8, where our own products in
/// bf16 run here, the fused layers must be prepared for them: what only they read is rounded by what gives
/// it. What matches no pattern stays as it is, so any graph comes out right.
Optimized optimize(torch::jit::Module& frozen, Precision precision);

}  // namespace clip_classify
