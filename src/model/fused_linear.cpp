#include "model/fused_linear.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/library.h>

#include <algorithm>
#include <exception>

#include "model/cache_lines.h"
#include "model/operators.h"
#include "model/thread_team.h"

namespace clip_classify {

FusedLinear::FusedLinear(at::Tensor weight, std::optional<at::Tensor> bias, Pointwise pointwise,
                         bool after_quick_gelu)
    : weight_(std::move(weight)),
      bias_(std::move(bias)),
      pointwise_(pointwise),
      after_quick_gelu_(after_quick_gelu),
      width_(weight_.size(0)) {}

at::Tensor FusedLinear::run_plain(const at::Tensor& x, const std::optional<at::Tensor>& residual) const {
  auto y = at::linear(x.to(weight_.scalar_type()), weight_, bias_);
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

at::Tensor FusedLinear::run(const at::Tensor& x, const std::optional<at::Tensor>& residual) const {
  if (matrix_) {
    return multiply(*matrix_, x, {.pointwise = pointwise_}, residual, result_);
  }
  return as_result(packed_.defined() ? run_onednn(x, residual) : run_plain(x, residual));
}

at::Tensor FusedLinear::run_onednn(const at::Tensor& x, const std::optional<at::Tensor>& residual) const {
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

void FusedLinear::prepare(Precision precision, std::int64_t rows) {
  const c10::InferenceMode no_autograd;
  const auto* kernels = weight_.scalar_type() == at::kFloat ? kernels_for(precision) : nullptr;
  if (kernels != nullptr && weight_.size(1) % kernels->group == 0) {
    weight_ = weight_.contiguous();
    matrix_.emplace(*kernels, weight_.const_data_ptr<float>(), width_, weight_.size(1), floats_of(bias_));
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

std::vector<float> floats_of(const std::optional<at::Tensor>& values) {
  if (!values) {
    return {};
  }
  const auto floats = values->to(at::kFloat).contiguous();
  return {floats.const_data_ptr<float>(), floats.const_data_ptr<float>() + floats.numel()};
}

std::int64_t row_stride(const at::Tensor& x) {
  std::int64_t stride = 0;
  std::int64_t rows = 1;
  for (auto dimension = x.dim() - 2; dimension >= 0; --dimension) {
    if (x.size(dimension) == 1) {
      continue;
    }
    stride = stride == 0 ? x.stride(dimension) : stride;
    if (x.stride(dimension) != stride * rows) {
      return 0;
    }
    rows *= x.size(dimension);
  }
  return x.stride(-1) != 1 ? 0 : stride == 0 ? x.size(-1) : stride;
}

namespace {

constexpr std::int64_t kCacheLine = 64;
constexpr std::int64_t kCacheWay = 4096;  // bytes after which places in the first cache come again

/// Bytes from a row of `bytes` to the next, as in empty_rows.
std::int64_t apart(std::int64_t bytes) {
  return bytes % kCacheWay == 0 ? bytes + kCacheLine : bytes;
}

/// The rows of `x`, in bf16 where that is multiplied, and as far apart as in empty_rows. What is copied,
/// every thread copies for itself, which is less work than waiting for another.
Operand operand(const at::Tensor& x, std::int64_t rows, const WeightMatrix& matrix) {
  constexpr std::int64_t group_bytes = 4;
  const auto groups = matrix.groups();
  const auto stride = row_stride(x) * static_cast<std::int64_t>(x.element_size()) / group_bytes;
  const auto round = x.scalar_type() == at::kFloat ? matrix.kernels().round : nullptr;
  const bool spread = stride * group_bytes % kCacheWay == 0;
  if (round == nullptr && !spread) {
    return {x.const_data_ptr(), rows, stride};
  }
  const auto distance = apart(groups * group_bytes) / group_bytes;
  thread_local LineVector<std::uint32_t> copy;
  copy.resize(static_cast<std::size_t>(rows * distance));
  for (std::int64_t row = 0; row < rows; ++row) {
    auto* const to = copy.data() + row * distance;
    const auto* from = static_cast<const std::uint32_t*>(x.const_data_ptr()) + row * stride;
    if (round != nullptr) {
      round(reinterpret_cast<const float*>(from), groups * matrix.kernels().group,
            reinterpret_cast<std::uint16_t*>(to));
    } else {
      std::copy_n(from, groups, to);
    }
  }
  return {copy.data(), rows, distance};
}

}  // namespace

at::Tensor empty_rows(at::IntArrayRef sizes, at::TensorOptions options, const Result& result) {
  const auto bytes = static_cast<std::int64_t>(c10::elementSize(result.type));
  const auto width = sizes.back();
  auto rows = sizes.vec();
  if (result.for_products) {
    rows.back() = apart(width * bytes) / bytes;
  }
  return at::empty(rows, options.dtype(result.type)).narrow(-1, 0, width);
}

at::Tensor multiply(const WeightMatrix& matrix, const at::Tensor& x, Product product,
                    const std::optional<at::Tensor>& residual, const Result& result) {
  auto sizes = x.sizes().vec();
  const auto depth = sizes.back();
  const auto rows = depth == 0 ? 0 : x.numel() / depth;
  sizes.back() = matrix.width();
  const auto source = row_stride(x) == 0 ? x.contiguous() : x;
  auto y = empty_rows(sizes, x.options(), result);
  product.stride = row_stride(y);
  const bool added = residual && residual->sizes() == sizes && residual->scalar_type() == at::kFloat;
  const auto addend = added ? residual->contiguous() : at::Tensor();
  product.residual = added ? addend.const_data_ptr<float>() : nullptr;
  product.y = result.type == at::kFloat ? y.mutable_data_ptr<float>() : nullptr;
  product.rounded =
      result.type == at::kBFloat16 ? static_cast<std::uint16_t*>(y.mutable_data_ptr()) : nullptr;
  product.bytes = result.type == at::kByte ? y.mutable_data_ptr<std::uint8_t>() : nullptr;
  const auto panels = (matrix.width() + matrix.panel() - 1) / matrix.panel();
  share_out(panels, [&](std::int64_t begin, std::int64_t end) {
    matrix.multiply(operand(source, rows, matrix), product, begin * matrix.panel(),
                    std::min(end * matrix.panel(), matrix.width()));
  });
  return residual && !added ? at::add(*residual, y) : y;
}

bool prepared_linears_agree(Precision precision, at::ScalarType type) {
  const c10::InferenceMode no_autograd;
  const double tolerance = precision == Precision::bf16 ? 0.05 : 1e-5;
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
      prepared.prepare(precision, rows);
      const auto& added = pointwise == Pointwise::none ? residual : std::nullopt;
      if (!same(plain.run(x, added), prepared.run(x, added))) {
        return false;
      }
    }
    FusedLinear first(weight, bias, Pointwise::quick_gelu, false);
    FusedLinear second(weight.t().contiguous(), std::nullopt, Pointwise::none, true);
    const auto expected = second.run(first.run(x, std::nullopt), std::nullopt);
    first.prepare(precision, rows);
    second.prepare(precision, rows);
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
