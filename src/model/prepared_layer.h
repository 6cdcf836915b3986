// A linear layer that is made ready for the CPU at hand.
#pragma once

#include <torch/custom_class.h>

#include <cstdint>

#include "clip_classify/manifest.h"

namespace clip_classify {

/// What a layer's numbers are laid out as.
struct Result {
  at::ScalarType type = at::kFloat;
  bool for_products = false;  ///< see empty_rows
};

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
  void give_bf16() { result_.type = at::kBFloat16; }
  /// From here on only products read its result.
  void give_to_products() { result_.for_products = true; }

 protected:
  /// What others than our own products computed, as this layer gives it.
  at::Tensor as_result(const at::Tensor& y) const {
    return result_.type == at::kBFloat16 ? y.to(result_.type) : y;
  }

  Result result_;
};

}  // namespace clip_classify
