#include <algorithm>

#include "clip_classify/classifier.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

/// Prompts that are embedded, and then kept, at a time.
constexpr std::size_t kPrompts = 4096;

/// Whether most of a text's own tokens (special ones aside) are unknown to the tokenizer.
bool mostly_unknown(const Tokens& tokens, const TextSpec& spec) {
  const auto special = spec.bos ? 2 : 1;
  return 2 * tokens.unknown > static_cast<int>(tokens.ids.size()) - special;
}

std::vector<std::string> prompts_of(const Label& label, std::span<const std::string> templates) {
  std::vector<std::string> prompts;
  for (const auto& text : label.texts) {
    for (const auto& entry : templates) {
      prompts.push_back(fill_template(entry, text));
    }
  }
  return prompts;
}

LabelWeights::Note note_of(const Model& model, const Label& label, std::span<const Tokens> prompts) {
  const auto& spec = model.manifest().text;
  LabelWeights::Note note;
  note.cut = std::ranges::any_of(prompts, [](const Tokens& tokens) { return tokens.truncated; });
  // The words around it, the template's, may well be known.
  note.unknown_words =
      std::ranges::any_of(prompts, [](const Tokens& tokens) { return tokens.unknown > 0; }) &&
      std::ranges::any_of(model.tokenize(label.texts),
                          [&](const Tokens& tokens) { return mostly_unknown(tokens, spec); });
  return note;
}

/// The mean of each label's prompts, made a unit row again.
void average(const Matrix& embeddings, std::span<const Label> labels, std::size_t templates, Matrix& rows) {
  std::size_t prompt = 0;
  for (std::size_t label = 0; label < labels.size(); ++label) {
    auto row = rows.row(label);
    for (auto left = labels[label].texts.size() * templates; left > 0; --left, ++prompt) {
      std::ranges::transform(row, embeddings.row(prompt), row.begin(), std::plus<>());
    }
    normalize(row);
  }
}

LabelWeights empty_weights(std::size_t labels, std::size_t width) {
  return {{labels, width, std::vector<float>(labels * width)}, std::vector<LabelWeights::Note>(labels)};
}

LabelWeights embed_part(Model& model, std::span<const Label> labels, std::span<const std::string> templates,
                        const std::function<void(std::size_t)>& on_batch) {
  auto weights = empty_weights(labels.size(), static_cast<std::size_t>(model.manifest().embedding_width));
  std::vector<Tokens> sequences;
  for (std::size_t label = 0; label < labels.size(); ++label) {
    auto prompts = model.tokenize(prompts_of(labels[label], templates));
    weights.notes[label] = note_of(model, labels[label], prompts);
    std::ranges::move(prompts, std::back_inserter(sequences));
  }
  average(model.embed_tokens(sequences, on_batch), labels, templates.size(), weights.rows);
  return weights;
}

/// Fills in what no memory knows: the weights of the labels numbered `missing`. They are kept part by part,
/// so that an interruption costs little.
void embed(Model& model, const std::vector<Label>& labels, const std::vector<std::size_t>& missing,
           const std::vector<std::string>& templates, const ZeroShotEvents& events, LabelWeights& weights) {
  const auto prompts_of_label = [&](std::size_t label) {
    return labels[label].texts.size() * templates.size();
  };
  std::size_t total = 0;
  for (const auto label : missing) {
    total += prompts_of_label(label);
  }
  std::size_t done = 0;
  const auto report = [&](std::size_t of_part) {
    if (events.progress) {
      events.progress(done + of_part, total);
    }
  };
  report(0);
  for (std::size_t first = 0; first < missing.size();) {
    std::vector<Label> part;
    std::size_t prompts = 0;
    for (auto next = first; next < missing.size() && prompts < kPrompts; ++next) {
      part.push_back(labels[missing[next]]);
      prompts += prompts_of_label(missing[next]);
    }
    const auto embedded = embed_part(model, part, templates, report);
    if (events.memory != nullptr) {
      events.memory->keep(part, templates, embedded);
    }
    for (std::size_t index = 0; index < part.size(); ++index) {
      std::ranges::copy(embedded.rows.row(index), weights.rows.row(missing[first + index]).begin());
      weights.notes[missing[first + index]] = embedded.notes[index];
    }
    done += prompts;
    first += part.size();
  }
}

/// Embeds what memory does not know, and has it kept.
void embed_missing(Model& model, const std::vector<Label>& labels, const std::vector<std::string>& templates,
                   const ZeroShotEvents& events, LabelWeights& weights) {
  const auto known = events.memory != nullptr ? events.memory->recall(labels, templates, weights)
                                              : std::vector<bool>(labels.size());
  std::vector<std::size_t> missing;
  for (std::size_t label = 0; label < labels.size(); ++label) {
    if (!known[label]) {
      missing.push_back(label);
    }
  }
  if (!missing.empty()) {
    embed(model, labels, missing, templates, events, weights);
  }
  if (events.memory != nullptr) {
    events.memory->keep_set(labels, templates, weights);
  }
}

void warn_of(const std::vector<Label>& labels, const LabelWeights& weights, int context_length,
             const ZeroShotEvents& events) {
  std::string unknown;  // the first of them
  int more = -1;        // how many beside it
  for (std::size_t label = 0; label < labels.size(); ++label) {
    if (weights.notes[label].cut) {
      events.warn(events.what + " " + utf8::quoted(labels[label].name) + " is longer than the model's " +
                  std::to_string(context_length) + " tokens and was cut");
    }
    if (weights.notes[label].unknown_words) {
      unknown = unknown.empty() ? utf8::quoted(labels[label].name) : unknown;
      ++more;
    }
  }
  if (!unknown.empty()) {
    events.warn(
        events.what + " " + unknown + (more > 0 ? " and " + std::to_string(more) + " more" : "") +
        ": in words that this model's tokenizer does not know, so the score means little; a multilingual " +
        "model would (SigLIP 2, MetaCLIP 2; for Chinese also Chinese-CLIP: scripts/export_model.py --list)");
  }
}

}  // namespace

Classifier zero_shot_classifier(Model& model, const std::vector<Label>& labels,
                                const std::vector<std::string>& templates, bool judged_alone,
                                const ZeroShotEvents& events) {
  const auto& manifest = model.manifest();
  auto weights = empty_weights(labels.size(), static_cast<std::size_t>(manifest.embedding_width));
  if (events.memory == nullptr || !events.memory->recall_set(labels, templates, weights)) {
    embed_missing(model, labels, templates, events, weights);
  }
  if (events.warn) {
    warn_of(labels, weights, manifest.text.context_length, events);
  }

  const auto& score = judged_alone ? manifest.multi_label : manifest.score;
  Classifier classifier{{},
                        std::move(weights.rows),
                        score.scale,
                        score.bias,
                        judged_alone ? Activation::sigmoid : manifest.activation};
  for (const auto& label : labels) {
    classifier.labels.push_back(label.name);
  }
  return classifier;
}

}  // namespace clip_classify
