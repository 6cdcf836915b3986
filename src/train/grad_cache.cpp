#include "train/grad_cache.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <vector>

namespace clip_classify {
namespace {

void pass_on(const ContrastedSide& side, const at::Tensor& gradients, std::int64_t at_once) {
  for (std::int64_t begin = 0; side.trained && begin < gradients.size(0); begin += at_once) {
    const auto end = std::min(begin + at_once, gradients.size(0));
    side.embed(begin, end).backward(gradients.slice(0, begin, end));
  }
}

}  // namespace

at::Tensor embed_all(const EmbedRows& embed, std::int64_t count, std::int64_t at_once) {
  const c10::NoGradGuard without_autograd;
  std::vector<at::Tensor> rows;
  for (std::int64_t begin = 0; begin < count; begin += at_once) {
    rows.push_back(embed(begin, std::min(begin + at_once, count)));
  }
  return at::cat(rows);
}

double add_gradients(const ContrastedSide& images, const ContrastedSide& texts, const LossOf& loss,
                     std::int64_t count, std::int64_t at_once) {
  if (count <= at_once) {
    const auto value = loss(images.embed(0, count), texts.embed(0, count));
    value.backward();
    return value.item<double>();
  }
  const auto image_rows = embed_all(images.embed, count, at_once).requires_grad_();
  const auto text_rows = embed_all(texts.embed, count, at_once).requires_grad_();
  const auto value = loss(image_rows, text_rows);
  value.backward();
  pass_on(images, image_rows.grad(), at_once);
  pass_on(texts, text_rows.grad(), at_once);
  return value.item<double>();
}

}  // namespace clip_classify
