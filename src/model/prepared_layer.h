// A linear layer that is made ready for the CPU at hand.
#pragma once

#include <torch/custom_class.h>

#include <cstdint>

#include "clip_classify/manifest.h"

namespace clip_classify {

/// No function may run while the layer computes.
class PreparedLayer : public torch::CustomClassHolder {
 public:
  /// From here on it computes in `precision`, with our own product or oneDNN's, whichever is faster on this
  /// CPU. oneDNN's wants the weight packed now, for about `rows` rows.
  virtual void prepare(Precision precision, std::int64_t rows) = 0;

  /// Packs the weight for our own product, too: worth its time and memory with several images. The results
  /// stay the same to the last bit.
  virtual void pack() = 0;

  /// From here on its result is in bf16.
  void give_bf16() { result_ = at::kBFloat16; }

 protected:
  at::ScalarType result_ = at::kFloat;
};

}  // namespace clip_classify
