#include "model/fused_linear.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <torch/library.h>

#include <algorithm>
#include <exception>

#include "model/operators.h"

namespace clip_classify {

FusedLinear::FusedLinear(at::Tensor weight, std::optional<at::Tensor> bias, Pointwise pointwise,
                         bool after_quick_gelu)
    : weight_(std::move(weight)),
      bias_(std::move(bias)),
      pointwise_(pointwise),
      after_quick_gelu_(after_quick_gelu),
      width_(weight_.size(0)) {}

at::Tensor FusedLinear::run_plain(const at::Tensor& x, const std::optional<at::Tensor>& residual) const {
  auto y = at::linear(x, weight_, bias_);
  switch (pointwise_) {
    case Pointwise::none:
      break;
    case Pointwise::gelu:
      y = at::gelu(y);
      break;
    case Pointwise::gelu_tanh:
      y = at::gelu(y, "tanh");
      break;
    case Pointwise::quick_gelu:
      y.mul_(at::sigmoid(y * kQuickGelu));
      break;
  }
  return residual ? at::add(*residual, y) : y;
}

at::Tensor FusedLinear::run_own(const at::Tensor& x, const std::optional<at::Tensor>& residual) const {
  auto sizes = x.sizes().vec();
  const auto rows = x.contiguous();
  sizes.back() = width_;
  auto y = at::empty(sizes, x.options());
  const bool added = residual && residual->sizes() == sizes && residual->scalar_type() == at::kFloat;
  const auto addend = added ? residual->contiguous() : at::Tensor();
  const auto panels = (width_ + WeightMatrix::kPanel - 1) / WeightMatrix::kPanel;
  at::parallel_for(0, panels, 1, [&](std::int64_t begin, std::int64_t end) {
    matrix_->multiply(rows.const_data_ptr<float>(), y.numel() / width_, pointwise_,
                      added ? addend.const_data_ptr<float>() : nullptr, y.mutable_data_ptr<float>(),
                      begin * WeightMatrix::kPanel, std::min(end * WeightMatrix::kPanel, width_));
  });
  return residual && !added ? at::add(*residual, y) : y;
}

at::Tensor FusedLinear::run(const at::Tensor& x, const std::optional<at::Tensor>& residual) const {
  if (matrix_) {
    return run_own(x, residual);
  }
  if (!packed_.defined()) {
    return run_plain(x, residual);
  }
  auto sizes = x.sizes().vec();
  const auto rows = x.reshape({-1, sizes.back()});
  sizes.back() = width_;
  if (residual && residual->sizes() == sizes && residual->scalar_type() == x.scalar_type()) {
    return call_operator("mkldnn::_linear_pointwise", "binary",
                         {rows, residual->reshape({-1, width_}), packed_, bias_, std::string("add")})
        .view(sizes);
  }
  const auto [attribute, algorithm] = onednn_names(pointwise_);
  const auto y = call_operator("mkldnn::_linear_pointwise", "",
                               {rows, packed_, bias_, attribute, no_scalars(), algorithm})
                     .view(sizes);
  return residual ? at::add(*residual, y) : y;
}

void FusedLinear::pack() {
  if (matrix_ && weight_.defined()) {
    matrix_->pack();
    weight_ = at::Tensor();
  }
}

void FusedLinear::prepare(std::int64_t rows) {
  const c10::InferenceMode no_autograd;
  if (weight_.scalar_type() == at::kFloat && WeightMatrix::is_for_this_cpu()) {
    weight_ = weight_.contiguous();
    const auto bias = bias_ ? bias_->contiguous() : at::Tensor();
    matrix_.emplace(weight_.const_data_ptr<float>(), bias_ ? bias.const_data_ptr<float>() : nullptr, width_,
                    weight_.size(1));
    return;
  }
  // oneDNN's swish has no factor: it goes into the weights before, and out of those after.
  if (pointwise_ == Pointwise::quick_gelu) {
    weight_ = weight_ * kQuickGelu;
    bias_ = bias_ ? std::optional(*bias_ * kQuickGelu) : std::nullopt;
  }
  if (after_quick_gelu_) {
    weight_ = weight_ * (1 / kQuickGelu);
  }
  packed_ = call_operator("mkldnn::_reorder_linear_weight", "", {weight_, rows});
  weight_ = at::Tensor();
}

bool prepared_linears_agree(at::ScalarType type) {
  const c10::InferenceMode no_autograd;
  const double tolerance = type == at::kFloat ? 1e-5 : 0.05;
  const auto wave = [&](std::int64_t rows, std::int64_t columns) {
    return at::sin(at::arange(rows * columns, at::kFloat) * 0.7).reshape({rows, columns}).to(type);
  };
  const std::int64_t rows = 19;
  const auto weight = wave(48, 32) * 0.25;
  const auto bias = at::cos(at::arange(48, at::kFloat)).to(type);
  const auto x = wave(rows, 32);
  const std::optional<at::Tensor> residual = wave(rows, 48);
  const auto same = [&](const at::Tensor& a, const at::Tensor& b) {
    return (a.to(at::kFloat) - b.to(at::kFloat)).abs().max().item<double>() < tolerance;
  };
  try {
    for (const auto pointwise : {Pointwise::none, Pointwise::gelu, Pointwise::gelu_tanh}) {
      const FusedLinear plain(weight, bias, pointwise, false);
      FusedLinear prepared(weight, bias, pointwise, false);
      prepared.prepare(rows);
      const auto& added = pointwise == Pointwise::none ? residual : std::nullopt;
      if (!same(plain.run(x, added), prepared.run(x, added))) {
        return false;
      }
    }
    FusedLinear first(weight, bias, Pointwise::quick_gelu, false);
    FusedLinear second(weight.t().contiguous(), std::nullopt, Pointwise::none, true);
    const auto expected = second.run(first.run(x, std::nullopt), std::nullopt);
    first.prepare(rows);
    second.prepare(rows);
    return same(second.run(first.run(x, std::nullopt), std::nullopt), expected);
  } catch (const std::exception&) {
    return false;  // a libtorch without oneDNN, or without kernels for this CPU
  }
}

TORCH_LIBRARY_FRAGMENT(clip_classify, library) {
  library.class_<FusedLinear>("FusedLinear");
  library.def("fused_linear",
              [](const c10::intrusive_ptr<FusedLinear>& layer, const at::Tensor& x,
                 const std::optional<at::Tensor>& residual) { return layer->run(x, residual); });
}

}  // namespace clip_classify
