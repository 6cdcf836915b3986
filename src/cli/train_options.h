// The options of train.
#pragma once

#include "cli/command.h"
#include "cli/options.h"
#include "clip_classify/few_shot.h"

namespace clip_classify::cli {

struct TrainOptions : CommonOptions {
  LabelOptions labels;  ///< beside those of the examples
  PromptOptions prompts;
  std::optional<FewShotMethod> method;
  std::optional<double> reject;
  std::string classifier;  ///< the file to write
};

/// Throws Error (usage) for what is wrong with them or does not fit together.
TrainOptions parse_train(const Arguments& arguments);

}  // namespace clip_classify::cli
