#include "model/layer_norm.h"

#include <ATen/ATen.h>
#include <torch/library.h>

#include <algorithm>
#include <vector>

#include "model/fused_linear.h"
#include "model/graph_values.h"
#include "model/kernels.h"
#include "model/quantized_linear.h"
#include "model/result_layout.h"
#include "model/thread_team.h"

namespace clip_classify {
namespace {

using torch::jit::Graph;
using torch::jit::Node;

/// Every row of x, normalized, goes to `floats`, at a distance of `stride`, or else to write(its place with
/// that distance, numbers).
template <class Write>
void for_each_row(const Kernels& kernels, const at::Tensor& x, const at::Tensor& weight,
                  const at::Tensor& bias, double epsilon, std::int64_t stride, float* floats,
                  const Write& write) {
  const auto width = x.size(-1);
  const auto* from = x.const_data_ptr<float>();
  const auto* factors = weight.const_data_ptr<float>();
  const auto* terms = bias.const_data_ptr<float>();
  share_out(x.numel() / width, [&](std::int64_t begin, std::int64_t end) {
    thread_local std::vector<float> numbers;
    numbers.resize(static_cast<std::size_t>(width));
    for (auto row = begin; row < end; ++row) {
      auto* to = floats != nullptr ? floats + row * stride : numbers.data();
      kernels.layer_norm(from + row * width, width, factors, terms, static_cast<float>(epsilon), to);
      if (floats == nullptr) {
        write(row * stride, numbers.data());
      }
    }
  });
}

bool suits(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return std::ranges::all_of(std::initializer_list<at::Tensor>{x, weight, bias},
                             [](const at::Tensor& one) {
                               return one.is_cpu() && one.scalar_type() == at::kFloat && one.numel() > 0;
                             }) &&
         kernels_for(Precision::fp32) != nullptr;
}

bool is_known(Node* norm) {
  if (!is_kind(norm, "aten::layer_norm")) {
    return false;
  }
  const auto inputs = norm->inputs();  // x, shape, weight, bias, epsilon, whether cuDNN may
  const auto weight = constant_tensor(inputs[2]);
  const auto bias = constant_tensor(inputs[3]);
  return weight.defined() && weight.dim() == 1 && bias.defined() && bias.sizes() == weight.sizes() &&
         weight.is_contiguous() && bias.is_contiguous() && constant_number(inputs[4]);
}

}  // namespace

at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double epsilon,
                      bool to_bf16, bool for_products) {
  const auto* kernels = kernels_for(to_bf16 ? Precision::bf16 : Precision::fp32);
  if (kernels == nullptr || !suits(x, weight, bias)) {
    const auto y = at::layer_norm(x, weight.sizes(), weight, bias, epsilon);
    return to_bf16 ? y.to(at::kBFloat16) : y;
  }
  const auto source = x.contiguous();
  auto y = empty_rows(source.sizes(), source.options(), {to_bf16 ? at::kBFloat16 : at::kFloat, for_products});
  auto* floats = to_bf16 ? nullptr : y.mutable_data_ptr<float>();
  auto* rounded = to_bf16 ? static_cast<std::uint16_t*>(y.mutable_data_ptr()) : nullptr;
  for_each_row(*kernels, source, weight, bias, epsilon, row_stride(y), floats,
               [&](std::int64_t place, const float* numbers) {
                 kernels->round(numbers, source.size(-1), rounded + place);
               });
  return y;
}

at::Tensor layer_norm_to_bytes(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                               double epsilon, double scale, std::int64_t zero_point) {
  if (!suits(x, weight, bias)) {
    return quantize(layer_norm(x, weight, bias, epsilon, false, false), scale, zero_point);
  }
  const auto* kernels = kernels_for(Precision::fp32);
  const auto source = x.contiguous();
  auto y = empty_rows(source.sizes(), source.options(), {at::kByte, true});
  auto* bytes = y.mutable_data_ptr<std::uint8_t>();
  for_each_row(*kernels, source, weight, bias, epsilon, row_stride(y), nullptr,
               [&](std::int64_t place, const float* numbers) {
                 kernels->to_bytes(numbers, source.size(-1), static_cast<float>(1 / scale),
                                   static_cast<float>(zero_point), bytes + place);
               });
  return y;
}

void replace_layer_norms(Graph& graph, bool layers_in_bf16) {
  for (auto* norm : nodes_where(graph, is_known)) {
    const auto inputs = norm->inputs();
    std::vector<torch::jit::NamedValue> arguments{inputs[0], inputs[2], inputs[3], inputs[4]};
    auto* last = norm;
    auto* next = only_user(norm->output());
    const char* name = "clip_classify::layer_norm";
    if (next != nullptr && is_kind(next, "clip_classify::quantize")) {
      last = next;
      name = "clip_classify::layer_norm_to_bytes";
      arguments.insert(arguments.end(), {next->inputs()[1], next->inputs()[2]});
    } else {
      const bool for_products = only_layers_read(norm->output());
      arguments.emplace_back(layers_in_bf16 && for_products);
      arguments.emplace_back(for_products);
    }
    const torch::jit::WithInsertPoint before(last);
    last->output()->replaceAllUsesWith(graph.insert(c10::Symbol::fromQualString(name), arguments));
    if (last != norm) {
      last->destroy();
    }
    norm->destroy();
  }
}

TORCH_LIBRARY_FRAGMENT(clip_classify, library) {
  library.def("layer_norm", &layer_norm);
  library.def("layer_norm_to_bytes", &layer_norm_to_bytes);
}

}  // namespace clip_classify
