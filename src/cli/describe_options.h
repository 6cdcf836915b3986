// The options of describe.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/options.h"
#include "clip_classify/description.h"

namespace clip_classify::cli {

struct DescribeOptions : CommonOptions {
  std::vector<std::string> phrase_files;
  bool own_phrases_only = false;
  TagOptions tags;         ///< but for how scores are made, which the model says
  bool tags_only = false;  ///< no sentence
  bool sidecar = false;
};

/// Throws Error (usage) for what is wrong with them or does not fit together.
DescribeOptions parse_describe(const Arguments& arguments);

}  // namespace clip_classify::cli
