// The scores that evaluate judges: each variant's for each image, one model after the other in memory.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/evaluate_options.h"
#include "cli/evaluate_truth.h"
#include "clip_classify/evaluation.h"

namespace clip_classify::cli {

/// What --counterfactual changes: labels whose texts, or whose prompts, are others with the words swapped.
struct Swapped {
  std::vector<std::size_t> labels;  ///< that changed
  /// By label: the one whose own texts it has now, where there is one.
  std::vector<std::optional<std::size_t>> exchanged;
  Logits logits;
};

struct VariantScores {
  std::string model;
  std::vector<std::string> templates;     ///< none where a classifier of train has all labels
  std::optional<std::string> classifier;  ///< its file
  double scale = 1.0;                     ///< logits are scale * cosine + bias
  Logits logits;
  std::optional<Swapped> swapped;
};

struct Scores {
  std::vector<std::size_t> rows;                        ///< of the truth, those that have scores: in order
  std::vector<VariantScores> variants;                  ///< an image for each of these rows
  std::vector<std::pair<std::string, Error>> failures;  ///< each image once, told on standard error
};

/// What is asked of all variants.
struct Questions {
  std::vector<Label> labels;                       ///< of the first variant; the order of all columns
  std::vector<std::vector<Label>> variant_labels;  ///< in that order, by variant
  bool judged_alone = false;
};

/// The labels of each variant. Throws Error (usage) where there is one label only and it is not judged alone,
/// and where a variant's labels have other names than the first one's.
Questions read_questions(const EvaluateOptions& options, const TruthRows& truth, bool judged_alone);

/// Embeds each image once for each model. Throws Interrupted, and Error (usage) where no image is left or
/// --counterfactual changes nothing.
Scores score_images(const EvaluateOptions& options, const Questions& questions, const TruthRows& truth,
                    Context& context);

}  // namespace clip_classify::cli
