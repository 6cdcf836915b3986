#include <algorithm>

#include "classify/score_fits.h"
#include "clip_classify/few_shot.h"

namespace clip_classify {

void TrainedClassifier::add_words(const Classifier& zero_shot) {
  for (std::size_t label = 0; label < zero_shot.labels.size(); ++label) {
    if (std::ranges::find(classifier.labels, zero_shot.labels[label]) != classifier.labels.end()) {
      continue;
    }
    classifier.labels.push_back(zero_shot.labels[label]);
    const auto row = zero_shot.weights.row(label);
    classifier.weights.values.insert(classifier.weights.values.end(), row.begin(), row.end());
    ++classifier.weights.rows;
    classifier.own.push_back(words);
    report.classes.emplace_back();
  }
}

bool TrainedClassifier::rejects(std::span<const LabelScore> scores) const {
  if (!rejection || scores.empty()) {
    return false;
  }
  std::vector<double> logits;
  std::vector<bool> has_examples;
  for (std::size_t label = 0; label < scores.size(); ++label) {
    logits.push_back(scores[label].logit);
    has_examples.push_back(report.classes[label].images > 0);
  }
  const auto best = static_cast<std::size_t>(std::ranges::max_element(logits) - logits.begin());
  return has_examples[best] && log_mean_exp(logits, has_examples) <= rejection->threshold;
}

}  // namespace clip_classify
