#include "clip_classify/classifier.h"

#include <algorithm>
#include <cmath>

namespace clip_classify {
namespace {

void softmax(std::vector<LabelScore>& scores) {
  const auto best = std::ranges::max(scores, {}, &LabelScore::logit).logit;
  double sum = 0;
  for (auto& score : scores) {
    score.probability = std::exp(score.logit - best);
    sum += score.probability;
  }
  for (auto& score : scores) {
    score.probability /= sum;
  }
}

}  // namespace

std::vector<LabelScore> Classifier::scores(std::span<const float> embedding) const {
  std::vector<LabelScore> scores(labels.size());
  for (std::size_t label = 0; label < labels.size(); ++label) {
    auto& score = scores[label];
    score.label = label;
    score.similarity = dot(embedding, weights.row(label));
    const auto& [label_scale, label_bias] = score_of(label);
    score.logit = label_scale * score.similarity + label_bias;
    score.probability = 1 / (1 + std::exp(-score.logit));
  }
  if (activation == Activation::softmax && !scores.empty()) {
    softmax(scores);
  }
  return scores;
}

}  // namespace clip_classify
