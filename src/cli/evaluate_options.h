// The options of evaluate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/options.h"

namespace clip_classify::cli {

/// A way to classify that is evaluated: a model, labels and prompts.
struct VariantOptions {
  std::string name = "base";
  RunOptions run;
  LabelOptions labels;  ///< where nothing is given, the classes that the truth names
  PromptOptions prompts;
  std::optional<std::string> classifier;  ///< a file of train's; words stand for what it has no label for
  std::vector<std::string> embeddings;    ///< files to look images up in, where they are not read
};

struct EvaluateOptions : CommonOptions {
  std::string truth;                     ///< a folder of class folders, or a table
  std::vector<VariantOptions> variants;  ///< at least one; the first is what stands before --against
  bool multi_label = false;
  std::optional<double> threshold;
  std::size_t samples = 1000;
  std::uint64_t seed = 0;
  std::size_t mistakes = 10;
  std::optional<std::string> confusion;
  std::optional<std::string> groups;
  std::optional<std::size_t> skew_at;
  std::optional<std::string> counterfactual;
};

/// Throws Error (usage) for what is wrong with them or does not fit together.
EvaluateOptions parse_evaluate(const Arguments& arguments);

/// The file of a variant's confusion matrix, where --confusion is `file`: the same for the first,
/// matrix-NAME.csv in place of matrix.csv for another.
std::string confusion_file(const EvaluateOptions& options, const std::string& file, std::size_t variant);

/// Whether it is to be drawn.
bool is_picture(const std::string& file);

}  // namespace clip_classify::cli
