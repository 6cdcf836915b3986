#include "model/quantized_linear.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <exception>

#include "model/cpu.h"
#include "model/fused_linear.h"
#include "model/operators.h"

namespace clip_classify {
namespace {

/// Integers go from -127 to 127. Without VNNI, two products are summed in 16 bits first: 2 * 255 * 63 fits,
/// 2 * 255 * 127 does not.
constexpr double kWithoutVnni = 63.0 / 127;

}  // namespace

QuantizedLinear::QuantizedLinear(IntegerWeight weight, std::optional<at::Tensor> bias, Pointwise pointwise,
                                 ActivationScale in, std::optional<ActivationScale> out)
    : weight_(std::move(weight)),
      bias_(std::move(bias)),
      pointwise_(pointwise),
      in_(in),
      out_(out),
      width_(weight_.integers.size(0)) {}

void QuantizedLinear::prepare(Precision, std::int64_t) {
  const c10::InferenceMode no_autograd;
  const auto* kernels = kernels_for(Precision::int8);
  auto integers = weight_.integers.to(at::kFloat).contiguous();
  scales_ = weight_.scale.to(at::kFloat).flatten();
  weight_ = {};
  const bool own = kernels != nullptr && integers.size(1) % kernels->group == 0;
  if (own) {
    const auto scales = scales_ * in_.scale;
    const auto shift = integers.sum({1}) * scales * in_.zero_point;
    matrix_.emplace(*kernels, integers.const_data_ptr<float>(), width_, integers.size(1),
                    floats_of(bias_ ? *bias_ - shift : -shift), floats_of(scales));
    matrix_->pack();
  } else {
    if (!cpu_has_vnni()) {
      integers = at::round(integers * kWithoutVnni);
      scales_ = scales_ / kWithoutVnni;
    }
    zero_points_ = at::zeros({width_}, at::kLong);
    packed_ = call_operator("onednn::qlinear_prepack", "", {integers.to(at::kChar), c10::IValue()});
    if (pointwise_ ==
        Pointwise::quick_gelu) {  // as in FusedLinear; here the result's scale takes it out again
      scales_ = scales_ * kQuickGelu;
      bias_ = bias_ ? std::optional(*bias_ * kQuickGelu) : std::nullopt;
    }
  }
}

at::Tensor QuantizedLinear::run(const at::Tensor& x, const std::optional<at::Tensor>& residual) const {
  if (!matrix_) {
    return as_result(run_onednn(x, residual));
  }
  if (!out_) {
    return multiply(*matrix_, x, {.pointwise = pointwise_}, residual, result_);
  }
  return multiply(*matrix_, x,
                  {.pointwise = pointwise_,
                   .byte_factor = static_cast<float>(1 / out_->scale),
                   .byte_zero = static_cast<float>(out_->zero_point)},
                  residual, {at::kByte, result_.for_products});
}

at::Tensor QuantizedLinear::run_onednn(const at::Tensor& x, const std::optional<at::Tensor>& residual) const {
  auto sizes = x.sizes().vec();
  const auto rows = x.reshape({-1, sizes.back()});
  sizes.back() = width_;
  const auto [attribute, algorithm] = onednn_names(pointwise_);
  const double factor = pointwise_ == Pointwise::quick_gelu ? kQuickGelu : 1.0;
  const double out_scale = out_ ? out_->scale * factor : 1.0;
  const std::int64_t out_zero = out_ ? out_->zero_point : 0;
  const c10::IValue out_type = static_cast<std::int64_t>(out_ ? at::kByte : at::kFloat);
  if (residual && !out_ && residual->sizes() == sizes && residual->scalar_type() == at::kFloat) {
    // Written over the residual, so it gets a copy of its own.
    const auto sum = residual->reshape({-1, width_}).clone();
    return call_operator("onednn::qlinear_pointwise", "binary",
                         {rows, in_.scale, in_.zero_point, packed_, scales_, zero_points_, sum, bias_, 1.0,
                          std::int64_t{0}, out_type, 1.0, std::int64_t{0}, std::string("sum"), 1.0,
                          std::string("none"), no_scalars(), std::string()})
        .view(sizes);
  }
  auto y = call_operator("onednn::qlinear_pointwise", "",
                         {rows, in_.scale, in_.zero_point, packed_, scales_, zero_points_, bias_, out_scale,
                          out_zero, out_type, attribute, no_scalars(), algorithm})
               .view(sizes);
  if (!out_ && factor != 1.0) {
    y = y.mul_(1 / factor);
  }
  return residual ? at::add(*residual, y) : y;
}

at::Tensor quantize(const at::Tensor& x, double scale, std::int64_t zero_point) {
  const auto source = x.contiguous();
  auto bytes = at::empty(source.sizes(), source.options().dtype(at::kByte));
  const float* from = source.const_data_ptr<float>();
  auto* to = bytes.mutable_data_ptr<std::uint8_t>();
  const auto factor = static_cast<float>(1 / scale);
  const auto zero = static_cast<float>(zero_point);
  if (const auto* kernels = kernels_for(Precision::fp32)) {
    kernels->to_bytes(from, source.numel(), factor, zero, to);
    return bytes;
  }
  for (std::int64_t index = 0; index < source.numel(); ++index) {
    const float clamped = std::min(std::max(from[index] * factor, -zero), 255.0F - zero);
    to[index] = static_cast<std::uint8_t>(std::nearbyint(clamped) + zero);
  }
  return bytes;
}

bool quantized_linears_agree() {
  const c10::InferenceMode no_autograd;
  const std::int64_t width = 64;
  const auto signs = at::sign(at::sin(at::arange(48 * width, at::kFloat) * 0.7)).reshape({48, width});
  const auto bias = at::cos(at::arange(48, at::kFloat));
  const auto residual = at::sin(at::arange(7 * 48, at::kFloat)).reshape({7, 48});
  const ActivationScale in{0.02, 3};
  try {
    for (const double weight : {1.0, 0.01}) {
      for (const auto pointwise :
           {Pointwise::none, Pointwise::gelu, Pointwise::gelu_tanh, Pointwise::quick_gelu}) {
        const auto added = pointwise == Pointwise::none ? std::optional(residual) : std::nullopt;
        const FusedLinear plain(signs * weight, bias, pointwise, false);
        const IntegerWeight integers{(signs * 127).to(at::kChar), at::full({48, 1}, weight / 127)};
        QuantizedLinear quantized(integers, bias, pointwise, in, std::nullopt);
        quantized.prepare(Precision::int8, 7);
        const auto bytes = at::full({7, width}, 255, at::kByte);
        const auto expected = plain.run((bytes.to(at::kFloat) - 3) * 0.02, added);
        const auto difference = (quantized.run(bytes, added) - expected).abs().max().item<double>();
        if (!(difference <= 1e-3 + 1e-4 * expected.abs().max().item<double>())) {
          return false;
        }
      }
    }
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

TORCH_LIBRARY_FRAGMENT(clip_classify, library) {
  library.class_<QuantizedLinear>("QuantizedLinear");
  library.def("quantized_linear",
              [](const c10::intrusive_ptr<QuantizedLinear>& layer, const at::Tensor& x,
                 const std::optional<at::Tensor>& residual) { return layer->run(x, residual); });
  library.def("quantize", &quantize);
}

}  // namespace clip_classify
