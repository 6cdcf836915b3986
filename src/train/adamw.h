// AdamW on a list of tensors, with a state that can be kept and taken up again.
#pragma once

#include <ATen/ATen.h>

#include <vector>

namespace clip_classify {

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization"), as
/// libtorch computes it; beta 0.9 and 0.98, epsilon 1e-6, as CLIP was trained.
class AdamW {
 public:
  /// `tensors` are leaves of float; of those with two dimensions and more the weights decay.
  AdamW(std::vector<at::Tensor> tensors, double weight_decay);

  /// One step along the tensors' gradients, which are scaled down to a norm of 1 when they are longer, and
  /// cleared. Where that norm is not finite, nothing is changed and false is returned.
  bool step(double learning_rate);

  const std::vector<at::Tensor>& tensors() const { return tensors_; }
  /// Running means of gradients and of their squares, for each tensor.
  const std::vector<at::Tensor>& means() const { return means_; }
  const std::vector<at::Tensor>& squares() const { return squares_; }
  std::size_t steps() const { return steps_; }
  void set_steps(std::size_t steps) { steps_ = steps; }

 private:
  std::vector<at::Tensor> tensors_;
  std::vector<at::Tensor> means_;
  std::vector<at::Tensor> squares_;
  double weight_decay_;
  std::size_t steps_ = 0;
};

}  // namespace clip_classify
