// The options of classify.
#pragma once

#include "cli/command.h"
#include "cli/options.h"

namespace clip_classify::cli {

struct ClassifyOptions : CommonOptions {
  LabelOptions labels;
  PromptOptions prompts;
  std::optional<std::string> classifier;  ///< a file that train wrote
  RankingOptions ranking;
  bool multi_label = false;
};

/// Throws Error (usage) for what is wrong with them or does not fit together.
ClassifyOptions parse_classify(const Arguments& arguments);

/// Whether the output is about one image that needs no name: a file or standard input, not a folder or a
/// list.
bool is_single_image(const InputOptions& inputs);

}  // namespace clip_classify::cli
