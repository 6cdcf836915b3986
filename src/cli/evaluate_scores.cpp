#include "cli/evaluate_scores.h"

#include <algorithm>
#include <map>
#include <memory>

#include "cli/evaluate_classifier.h"
#include "cli/table_images.h"
#include "text/utf8.h"
#include "text/word_swap.h"

namespace clip_classify::cli {
namespace {

/// `labels` in the order of the first variant's.
std::vector<Label> in_order_of(const std::vector<Label>& first, const std::vector<Label>& labels,
                               const std::string& variant) {
  std::map<std::string_view, const Label*> known;
  for (const auto& label : labels) {
    known.emplace(label.name, &label);
  }
  std::vector<Label> ordered;
  for (const auto& label : first) {
    const auto found = known.find(label.name);
    if (found == known.end()) {
      throw usage_error("--against " + variant + ": the label " + utf8::quoted(label.name) +
                        " is missing; variants are compared on labels of the same names");
    }
    ordered.push_back(*found->second);
  }
  if (labels.size() > first.size()) {
    const auto extra = std::ranges::find_if(labels, [&](const Label& label) {
      return std::ranges::find(first, label.name, &Label::name) == first.end();
    });
    throw usage_error("--against " + variant + ": the label " + utf8::quoted(extra->name) +
                      " is not among the others'; variants are compared on labels of the same names");
  }
  return ordered;
}

/// Variants that can share embeddings: of one model, read alike.
bool share_embeddings(const VariantOptions& a, const VariantOptions& b) {
  return a.run.model == b.run.model && a.run.encoder.device == b.run.encoder.device &&
         a.run.encoder.precision == b.run.encoder.precision &&
         a.run.encoder.threads == b.run.encoder.threads && a.run.batch_size == b.run.batch_size &&
         a.run.trust == b.run.trust && a.embeddings == b.embeddings;
}

std::vector<std::vector<std::size_t>> by_model(const std::vector<VariantOptions>& variants) {
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t variant = 0; variant < variants.size(); ++variant) {
    const auto found = std::ranges::find_if(groups, [&](const auto& group) {
      return share_embeddings(variants[group.front()], variants[variant]);
    });
    if (found == groups.end()) {
      groups.push_back({variant});
    } else {
      found->push_back(variant);
    }
  }
  return groups;
}

/// What a variant is made of, before images are there.
struct Prepared {
  std::vector<std::string> templates;
  Classifier classifier;
  std::optional<Classifier> swapped;
  std::vector<std::size_t> changed;
  std::vector<std::optional<std::size_t>> exchanged;
};

std::vector<std::string> swap_all(const WordSwap& swap, const std::vector<std::string>& texts) {
  std::vector<std::string> result;
  std::ranges::transform(texts, std::back_inserter(result), swap);
  return result;
}

void prepare_swapped(Session& session, const WordSwap& swap, const std::vector<Label>& labels,
                     bool judged_alone, Prepared& prepared) {
  const auto templates = swap_all(swap, prepared.templates);
  const bool templates_changed = templates != prepared.templates;
  std::vector<Label> swapped = labels;
  prepared.exchanged.resize(labels.size());
  for (std::size_t label = 0; label < labels.size(); ++label) {
    swapped[label].texts = swap_all(swap, labels[label].texts);
    const bool changed = swapped[label].texts != labels[label].texts;
    if (changed || templates_changed) {
      prepared.changed.push_back(label);
    }
    const auto same = std::ranges::find(labels, swapped[label].texts, &Label::texts);
    if (changed && same != labels.end()) {
      prepared.exchanged[label] = static_cast<std::size_t>(same - labels.begin());
    }
  }
  if (prepared.changed.empty()) {
    throw usage_error(
        "--counterfactual: none of its words is in a label or a template, so nothing would change");
  }
  prepared.swapped = session.classifier(swapped, templates, judged_alone, "swapped label");
}

/// One model at work on the rows that are left.
class ModelRun {
 public:
  ModelRun(const EvaluateOptions& options, const std::vector<std::size_t>& variants, Context& context)
      : options_(options),
        variants_(variants),
        common_(static_cast<const CommonOptions&>(options)),
        context_(context) {
    common_.run = options.variants[variants.front()].run;
    session_ = std::make_unique<Session>(common_, context);
    images_ = std::make_unique<TableImages>(*session_, options.variants[variants.front()].embeddings);
  }

  /// Fills in the variants' scores, and leaves in `scores.rows` what has an embedding.
  void run(const Questions& questions, const TruthRows& truth, Scores& scores);

 private:
  Prepared prepare(std::size_t variant, const Questions& questions);

  const EvaluateOptions& options_;
  const std::vector<std::size_t>& variants_;
  CommonOptions common_;
  Context& context_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<TableImages> images_;
};

Prepared ModelRun::prepare(std::size_t variant, const Questions& questions) {
  const auto& prompts = options_.variants[variant].prompts;
  const auto given = read_templates(prompts.templates, prompts.files);
  Prepared prepared;
  prepared.templates = given.empty() ? session_->manifest().templates : given;
  const auto& labels = questions.variant_labels[variant];
  const auto& file = options_.variants[variant].classifier;
  prepared.classifier = file ? trained_classifier(*session_, *file, labels, prepared.templates)
                             : session_->classifier(labels, prepared.templates, questions.judged_alone);
  if (options_.counterfactual) {
    prepare_swapped(*session_, WordSwap(*options_.counterfactual, "--counterfactual"), labels,
                    questions.judged_alone, prepared);
  }
  return prepared;
}

/// The rows' embeddings, those that failed left out.
Matrix gather(const BlockImages& images, const std::vector<std::size_t>& kept) {
  Matrix rows{kept.size(), images.embeddings.width, {}};
  rows.values.reserve(kept.size() * rows.width);
  for (const auto row : kept) {
    const auto embedding = images.embedding(row);
    rows.values.insert(rows.values.end(), embedding.begin(), embedding.end());
  }
  return rows;
}

void select(Logits& logits, const std::vector<std::size_t>& kept) {
  std::size_t left = 0;
  for (const auto image : kept) {
    const auto from = logits.values.begin() + static_cast<std::ptrdiff_t>(image * logits.labels);
    std::copy_n(from, logits.labels,
                logits.values.begin() + static_cast<std::ptrdiff_t>(left * logits.labels));
    ++left;
  }
  logits.images = left;
  logits.values.resize(left * logits.labels);
}

void keep_only(const std::vector<std::size_t>& kept, Scores& scores) {
  for (auto& variant : scores.variants) {
    select(variant.logits, kept);
    if (variant.swapped) {
      select(variant.swapped->logits, kept);
    }
  }
  std::vector<std::size_t> rows;
  std::ranges::transform(kept, std::back_inserter(rows),
                         [&](std::size_t place) { return scores.rows[place]; });
  scores.rows = std::move(rows);
}

void ModelRun::run(const Questions& questions, const TruthRows& truth, Scores& scores) {
  std::vector<std::string> paths;
  std::ranges::transform(scores.rows, std::back_inserter(paths),
                         [&](std::size_t row) { return truth.rows[row].path; });
  images_->start(paths);
  std::vector<Prepared> prepared;
  for (const auto variant : variants_) {
    prepared.push_back(prepare(variant, questions));
  }
  const auto images = images_->take();
  if (!images) {
    throw Interrupted(interruption(options_.output, images_->counts().done));
  }
  std::vector<std::size_t> kept;
  std::vector<bool> told(images->errors.size());
  for (std::size_t place = 0; place < paths.size(); ++place) {
    const auto image = images->image_of_row[place];
    const auto& error = images->errors[image];
    if (!error) {
      kept.push_back(place);
    } else if (!told[image]) {
      scores.failures.emplace_back(paths[place], *error);
      told[image] = true;
    }
  }
  tell_failures(context_.console, images_->counts().failed, images_->counts().done);
  keep_only(kept, scores);
  const auto embeddings = gather(*images, kept);
  for (std::size_t i = 0; i < variants_.size(); ++i) {
    auto& [templates, classifier, swapped, changed, exchanged] = prepared[i];
    auto& result = scores.variants[variants_[i]];
    result.model = session_->manifest().name;
    result.templates = templates;
    result.classifier = options_.variants[variants_[i]].classifier;
    result.scale = classifier.scale;
    session_->watch().time("scoring", [&] {
      result.logits = logits_of(classifier, embeddings);
      if (swapped) {
        result.swapped = Swapped{changed, exchanged, logits_of(*swapped, embeddings)};
      }
    });
  }
  context_.console.note(images_->summary() + ", " + session_->labels_summary() + ": " +
                        session_->watch().summary());
}

}  // namespace

Questions read_questions(const EvaluateOptions& options, const TruthRows& truth, bool judged_alone) {
  Questions questions;
  questions.judged_alone = judged_alone;
  if (judged_alone &&
      std::ranges::any_of(options.variants, [](const auto& v) { return v.classifier.has_value(); })) {
    throw usage_error(utf8::printable(options.truth) +
                      ": several labels an image; a classifier of train chooses one among all");
  }
  questions.labels = labels_or_classes(options.variants.front().labels, truth.classes);
  if (questions.labels.size() == 1 && !judged_alone) {
    throw usage_error(utf8::printable(options.truth) + ": one class only, " +
                      utf8::quoted(questions.labels.front().name) +
                      ", which has nothing to be told from; name others with --labels");
  }
  for (const auto& variant : options.variants) {
    questions.variant_labels.push_back(
        in_order_of(questions.labels, labels_or_classes(variant.labels, truth.classes), variant.name));
  }
  return questions;
}

Scores score_images(const EvaluateOptions& options, const Questions& questions, const TruthRows& truth,
                    Context& context) {
  Scores scores;
  scores.variants.resize(options.variants.size());
  for (std::size_t row = 0; row < truth.rows.size(); ++row) {
    scores.rows.push_back(row);
  }
  for (const auto& variants : by_model(options.variants)) {
    ModelRun(options, variants, context).run(questions, truth, scores);
  }
  if (scores.rows.empty()) {
    throw usage_error(utf8::printable(options.truth) +
                      ": no image could be read, so there is nothing to evaluate");
  }
  return scores;
}

}  // namespace clip_classify::cli
