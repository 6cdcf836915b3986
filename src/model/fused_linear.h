// A linear layer with what follows it, in one call once its weight is packed.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "model/pointwise.h"
#include "model/prepared_layer.h"
#include "model/weight_matrix.h"

namespace clip_classify {

/// Computes as libtorch does until it is prepared.
class FusedLinear : public PreparedLayer {
 public:
  /// `weight` [N, K]; `after_quick_gelu`: its input is the result of a layer with quick_gelu and of nothing
  /// else.
  FusedLinear(at::Tensor weight, std::optional<at::Tensor> bias, Pointwise pointwise, bool after_quick_gelu);

  /// x in floats, or in bf16 where that is multiplied. pointwise(x . weight + bias), plus `residual` where
  /// there is one.
  at::Tensor run(const at::Tensor& x, const std::optional<at::Tensor>& residual) const;

  /// Floats that are multiplied in bf16 stay floats before and after: only our own product does that. A layer
  /// with quick_gelu and the one after it must be prepared together.
  void prepare(Precision precision, std::int64_t rows) override;
  void pack() override;

 private:
  at::Tensor run_plain(const at::Tensor& x, const std::optional<at::Tensor>& residual) const;
  at::Tensor run_onednn(const at::Tensor& x, const std::optional<at::Tensor>& residual) const;

  at::Tensor weight_;
  at::Tensor packed_;                   ///< by oneDNN
  std::optional<WeightMatrix> matrix_;  ///< for our own product
  std::optional<at::Tensor> bias_;
  Pointwise pointwise_;
  bool after_quick_gelu_;
  std::int64_t width_;
};

/// Numbers from a row (of the last dimension, without gaps) to the next, where that is always the same; else
/// 0.
std::int64_t row_stride(const at::Tensor& x);

/// Not set to anything. For products, rows at a distance of a multiple of 4 KiB are put a cache line further
/// apart: those of a tile would else take the same few places of the first cache.
at::Tensor empty_rows(at::IntArrayRef sizes, at::TensorOptions options, const Result& result);

/// x [..., depth], as `matrix` wants it or in floats for bf16, times `matrix`, shared out over this thread's
/// team; [..., width], floats, bytes, or bf16 where that or int8 is multiplied. `product` says the rest; what
/// it points to is set here.
at::Tensor multiply(const WeightMatrix& matrix, const at::Tensor& x, Product product,
                    const std::optional<at::Tensor>& residual, const Result& result);

/// `values` of any type as floats; none are none.
std::vector<float> floats_of(const std::optional<at::Tensor>& values);

/// Whether prepared layers give the same as plain ones on this CPU, tried once on small numbers. `type` is
/// that of the numbers between layers.
bool prepared_linears_agree(Precision precision, at::ScalarType type);

}  // namespace clip_classify
