// Gradients of a loss over a whole batch when only a part of it fits through the encoders at a time.
#pragma once

#include <ATen/ATen.h>

#include <functional>

namespace clip_classify {

/// The unit rows of the batch's rows from `begin` up to `end`; the same when called again.
using EmbedRows = std::function<at::Tensor(std::int64_t begin, std::int64_t end)>;

/// One side of the pairs.
struct ContrastedSide {
  EmbedRows embed;
  bool trained = true;  ///< else nothing behind it has a gradient
};

/// The loss of both sides' embeddings.
using LossOf = std::function<at::Tensor(const at::Tensor& images, const at::Tensor& texts)>;

/// Adds the gradients of the loss over `count` rows to the parameters behind both sides, and returns the
/// loss. With more rows than `at_once` in two runs (GradCache, Gao et al. 2021): embeddings alone, the loss's
/// gradients by these, then again a part at a time, through which they are passed on. What it adds is that
/// of a single run, to rounding.
double add_gradients(const ContrastedSide& images, const ContrastedSide& texts, const LossOf& loss,
                     std::int64_t count, std::int64_t at_once);

/// All rows without autograd, `at_once` at a time.
at::Tensor embed_all(const EmbedRows& embed, std::int64_t count, std::int64_t at_once);

}  // namespace clip_classify
