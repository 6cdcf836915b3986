// How well the encoders do on pairs that they are not trained on.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "clip_classify/contrastive.h"
#include "train/pair_batches.h"

namespace clip_classify {

/// Unit rows of the held-out pairs, in the order of their indices `pairs`.
struct HeldOutRows {
  at::Tensor images;
  at::Tensor texts;
  std::vector<std::size_t> pairs;
};

/// The loss over `batches` of these pairs, a batch weighing as many as it has.
double held_out_loss(const HeldOutRows& rows, const std::vector<std::vector<std::size_t>>& batches,
                     ContrastiveLoss loss, const at::Tensor& log_scale, const at::Tensor& bias);

/// The share of rows whose largest cosine is in a column of the same image or text; `ids` of all pairs.
double recall_at_1(const at::Tensor& cosines, const std::vector<std::size_t>& pairs,
                   const std::vector<PairIds>& ids);

}  // namespace clip_classify
