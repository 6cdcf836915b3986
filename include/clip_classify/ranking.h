// Which labels of an image are shown, by which quantity, in what order.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "clip_classify/classifier.h"

namespace clip_classify {

/// What a score means to the user: a probability (the default), the cosine, or scale * cosine + bias.
enum class Quantity { probability, similarity, logit };

struct RankingOptions {
  Quantity quantity = Quantity::probability;
  std::size_t top_k = 5;            ///< 0: all
  std::optional<double> threshold;  ///< of the chosen quantity; labels below it are left out
};

double quantity_of(const LabelScore& score, Quantity quantity);

/// The scores that are to be shown, best first; equal ones in the order of the labels.
std::vector<LabelScore> rank(std::vector<LabelScore> scores, const RankingOptions& options);

}  // namespace clip_classify
