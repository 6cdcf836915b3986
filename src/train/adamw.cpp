#include "train/adamw.h"

#include <c10/core/GradMode.h>

#include <cmath>

namespace clip_classify {
namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.98;
constexpr double kEpsilon = 1e-6;
constexpr double kLongestGradient = 1.0;

}  // namespace

AdamW::AdamW(std::vector<at::Tensor> tensors, double weight_decay)
    : tensors_(std::move(tensors)), weight_decay_(weight_decay) {
  for (const auto& tensor : tensors_) {
    means_.push_back(at::zeros_like(tensor));
    squares_.push_back(at::zeros_like(tensor));
  }
}

bool AdamW::step(double learning_rate) {
  const c10::NoGradGuard without_autograd;
  double squared = 0;
  for (const auto& tensor : tensors_) {
    if (tensor.grad().defined()) {
      squared += std::pow(tensor.grad().norm().item<double>(), 2);
    }
  }
  const double norm = std::sqrt(squared);
  if (!std::isfinite(norm)) {
    return false;
  }
  ++steps_;
  for (std::size_t index = 0; index < tensors_.size(); ++index) {
    auto& tensor = tensors_[index];
    auto gradient = tensor.grad();
    if (!gradient.defined()) {
      continue;
    }
    if (norm > kLongestGradient) {
      gradient.mul_(kLongestGradient / norm);
    }
    const std::vector<at::Tensor> count{
        at::scalar_tensor(static_cast<double>(steps_), tensor.options().requires_grad(false))};
    at::_fused_adamw_({tensor}, {gradient}, {means_[index]}, {squares_[index]}, {}, count, learning_rate,
                      kBeta1, kBeta2, tensor.dim() > 1 ? weight_decay_ : 0.0, kEpsilon, /*amsgrad=*/false,
                      /*maximize=*/false);
    tensor.mutable_grad().reset();
  }
  return true;
}

}  // namespace clip_classify
