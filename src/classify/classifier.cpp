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

/// Whether most of a text's own tokens (special ones aside) are unknown to the tokenizer.
bool mostly_unknown(const Tokens& tokens, const TextSpec& spec) {
  const auto special = spec.bos ? 2 : 1;
  return 2 * tokens.unknown > static_cast<int>(tokens.ids.size()) - special;
}

void warn_of_texts(const Model& model, const std::vector<Label>& labels, const std::vector<Tokens>& sequences,
                   std::size_t templates, const std::function<void(const std::string&)>& warn) {
  const auto& spec = model.manifest().text;
  std::string unknown;  // the first of them
  int more = -1;        // how many beside it
  auto next = sequences.begin();
  for (const auto& label : labels) {
    const auto end = next + static_cast<std::ptrdiff_t>(label.texts.size() * templates);
    if (std::any_of(next, end, [](const Tokens& tokens) { return tokens.truncated; })) {
      warn("label " + utf8::quoted(label.name) + " is longer than the model's " +
           std::to_string(spec.context_length) + " tokens and was cut");
    }
    // The words around it, the template's, may well be known.
    if (std::any_of(next, end, [](const Tokens& tokens) { return tokens.unknown > 0; }) &&
        std::ranges::any_of(model.tokenize(label.texts),
                            [&](const Tokens& tokens) { return mostly_unknown(tokens, spec); })) {
      unknown = unknown.empty() ? utf8::quoted(label.name) : unknown;
      ++more;
    }
    next = end;
  }
  if (!unknown.empty()) {
    warn("label " + unknown + (more > 0 ? " and " + std::to_string(more) + " more" : "") +
         ": in words that this model's tokenizer does not know, so the score means little; a multilingual " +
         "model would (SigLIP 2, MetaCLIP 2; for Chinese also Chinese-CLIP: scripts/export_model.py --list)");
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
  if (events.warn) {
    warn_of_texts(model, labels, sequences, templates.size(), events.warn);
  }
  const auto embeddings = model.embed_tokens(sequences, [&](std::size_t done) {
    if (events.progress) {
      events.progress(done, sequences.size());
    }
  });

  classifier.weights.values.resize(labels.size() * embeddings.width);
  std::size_t prompt = 0;
  for (std::size_t label = 0; label < labels.size(); ++label) {
    auto weight = classifier.weights.row(label);
    for (std::size_t n = labels[label].texts.size() * templates.size(); n > 0; --n, ++prompt) {
      std::ranges::transform(weight, embeddings.row(prompt), weight.begin(), std::plus<>());
    }
    normalize(weight);
  }
  return classifier;
}

}  // namespace clip_classify
