#include "clip_classify/ranking.h"

#include <algorithm>

namespace clip_classify {

double quantity_of(const LabelScore& score, Quantity quantity) {
  switch (quantity) {
    case Quantity::similarity:
      return score.similarity;
    case Quantity::logit:
      return score.logit;
    case Quantity::probability:
      break;
  }
  return score.probability;
}

std::vector<LabelScore> rank(std::vector<LabelScore> scores, const RankingOptions& options) {
  if (options.threshold) {
    std::erase_if(scores, [&](const LabelScore& score) {
      return quantity_of(score, options.quantity) < *options.threshold;
    });
  }
  const auto kept = options.top_k == 0 ? scores.size() : std::min(options.top_k, scores.size());
  // All quantities order the labels of one image alike; the logit tells apart what rounds to equal
  // probabilities.
  std::partial_sort(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(kept), scores.end(),
                    [](const LabelScore& a, const LabelScore& b) {
                      return a.logit != b.logit ? a.logit > b.logit : a.label < b.label;
                    });
  scores.resize(kept);
  return scores;
}

}  // namespace clip_classify
