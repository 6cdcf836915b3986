// What explain is asked.
#pragma once

#include "cli/command.h"
#include "cli/options.h"
#include "clip_classify/explanation.h"

namespace clip_classify::cli {

struct ExplainOptions : CommonOptions {
  LabelOptions labels;
  PromptOptions prompts;
  MapOptions maps;
  std::size_t top_k = 5;
  bool check = false;
  std::optional<std::string> pictures;  ///< FILE.png, or a folder
};

ExplainOptions parse_explain(const Arguments& arguments);

/// Whether `pictures` is a folder, which may have to be made.
bool names_folder(const std::string& pictures);

}  // namespace clip_classify::cli
