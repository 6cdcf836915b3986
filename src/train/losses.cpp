#include "train/losses.h"

#include <stdexcept>

namespace clip_classify {
namespace {

at::Tensor tensor_of(const Matrix& matrix) {
  return at::from_blob(const_cast<float*>(matrix.values.data()),
                       {static_cast<std::int64_t>(matrix.rows), static_cast<std::int64_t>(matrix.width)},
                       at::kFloat)
      .clone()
      .requires_grad_();
}

Matrix matrix_of(const at::Tensor& tensor) {
  const auto values = tensor.contiguous();
  const float* const begin = values.const_data_ptr<float>();
  return {static_cast<std::size_t>(values.size(0)),
          static_cast<std::size_t>(values.size(1)),
          {begin, begin + values.numel()}};
}

}  // namespace

at::Tensor contrastive_loss(ContrastiveLoss loss, const at::Tensor& images, const at::Tensor& texts,
                            const at::Tensor& log_scale, const at::Tensor& bias) {
  const auto logits = at::matmul(log_scale.exp() * images, texts.t());
  const auto count = images.size(0);
  if (loss == ContrastiveLoss::clip) {
    const auto own = at::arange(count, logits.options().dtype(at::kLong));
    return (at::cross_entropy_loss(logits, own) + at::cross_entropy_loss(logits.t(), own)) / 2;
  }
  const auto signs = 2 * at::eye(count, logits.options()) - 1;
  return -at::log_sigmoid(signs * (logits + bias)).sum() / count;
}

ContrastiveGradient contrastive_gradient(ContrastiveLoss loss, const Matrix& images, const Matrix& texts,
                                         double scale, double bias) {
  if (images.rows != texts.rows || images.width != texts.width || images.rows == 0) {
    throw std::invalid_argument("a text for each image, of one width");
  }
  const auto image_rows = tensor_of(images);
  const auto text_rows = tensor_of(texts);
  const auto log_scale = at::scalar_tensor(std::log(scale), at::kFloat).requires_grad_();
  const auto added = at::scalar_tensor(bias, at::kFloat).requires_grad_();
  const auto value = contrastive_loss(loss, image_rows, text_rows, log_scale, added);
  value.backward();
  return {value.item<double>(), matrix_of(image_rows.grad()), matrix_of(text_rows.grad()),
          log_scale.grad().item<double>(), added.grad().defined() ? added.grad().item<double>() : 0.0};
}

}  // namespace clip_classify
