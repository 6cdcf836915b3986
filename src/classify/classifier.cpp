#include "clip_classify/classifier.h"

#include <algorithm>
#include <cmath>

#include "text/utf8.h"

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
    score.logit = scale * score.similarity + bias;
    score.probability = 1 / (1 + std::exp(-score.logit));
  }
  if (activation == Activation::softmax && !scores.empty()) {
    softmax(scores);
  }
  return scores;
}

Classifier zero_shot_classifier(Model& model, const std::vector<Label>& labels,
                                const std::vector<std::string>& templates, bool judged_alone,
                                const ZeroShotEvents& events) {
  const auto& manifest = model.manifest();
  const auto& score = judged_alone ? manifest.multi_label : manifest.score;
  Classifier classifier{{},
                        {labels.size(), static_cast<std::size_t>(manifest.embedding_width), {}},
                        score.scale,
                        score.bias,
                        judged_alone ? Activation::sigmoid : manifest.activation};
  std::vector<std::string> prompts;
  for (const auto& label : labels) {
    classifier.labels.push_back(label.name);
    for (const auto& text : label.texts) {
      for (const auto& entry : templates) {
        prompts.push_back(fill_template(entry, text));
      }
    }
  }
  const auto sequences = model.tokenize(prompts);
  const auto embeddings = model.embed_tokens(sequences, [&](std::size_t done) {
    if (events.progress) {
      events.progress(done, sequences.size());
    }
  });

  classifier.weights.values.resize(labels.size() * embeddings.width);
  std::size_t prompt = 0;
  for (std::size_t label = 0; label < labels.size(); ++label) {
    auto weight = classifier.weights.row(label);
    bool cut = false;
    for (std::size_t n = labels[label].texts.size() * templates.size(); n > 0; --n, ++prompt) {
      cut = cut || sequences[prompt].truncated;
      std::ranges::transform(weight, embeddings.row(prompt), weight.begin(), std::plus<>());
    }
    normalize(weight);
    if (cut && events.warn) {
      events.warn("label " + utf8::quoted(labels[label].name) + " is longer than the model's " +
                  std::to_string(manifest.text.context_length) + " tokens and was cut");
    }
  }
  return classifier;
}

}  // namespace clip_classify
