// A linear layer with what follows it, in one call once its weight is packed.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/custom_class.h>

#include <optional>

#include "model/pointwise.h"
#include "model/sgemm.h"

namespace clip_classify {

/// Computes as libtorch does until it is prepared.
class FusedLinear : public torch::CustomClassHolder {
 public:
  /// `weight` [N, K]; `after_quick_gelu`: its input is the result of a layer with quick_gelu and of nothing
  /// else.
  FusedLinear(at::Tensor weight, std::optional<at::Tensor> bias, Pointwise pointwise, bool after_quick_gelu);

  /// pointwise(x . weight + bias), plus `residual` where there is one.
  at::Tensor run(const at::Tensor& x, const std::optional<at::Tensor>& residual) const;

  /// From here on it computes with our own product or oneDNN's, whichever is faster on this CPU. oneDNN's
  /// wants the weight packed now, for about `rows` rows. A layer with quick_gelu and the one after it must be
  /// prepared together. Not while others run it, nor is pack().
  void prepare(std::int64_t rows);

  /// Packs the weight for our own product, too: worth its time and memory with several images. The results
  /// stay the same to the last bit.
  void pack();

 private:
  at::Tensor run_plain(const at::Tensor& x, const std::optional<at::Tensor>& residual) const;
  at::Tensor run_own(const at::Tensor& x, const std::optional<at::Tensor>& residual) const;

  at::Tensor weight_;
  at::Tensor packed_;                   ///< by oneDNN
  std::optional<WeightMatrix> matrix_;  ///< for our own product
  std::optional<at::Tensor> bias_;
  Pointwise pointwise_;
  bool after_quick_gelu_;
  std::int64_t width_;
};

/// Whether prepared layers of this type give the same as plain ones on this CPU, tried once on small numbers.
bool prepared_linears_agree(at::ScalarType type);

}  // namespace clip_classify
