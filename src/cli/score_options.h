// The options of score.
#pragma once

#include "cli/command.h"
#include "cli/options.h"

namespace clip_classify::cli {

struct ScoreOptions : CommonOptions {
  std::string pairs;                    ///< a table's file, or "-"
  std::vector<std::string> embeddings;  ///< files in which images are looked up by name
  std::string text_template = "{}";     ///< what every caption and reference goes into
  std::optional<double> threshold;      ///< the least CLIPScore of a row that is shown
  bool retrieval = false;
  bool summary = false;
};

/// Throws Error (usage) for what is wrong with them or does not fit together.
ScoreOptions parse_score(const Arguments& arguments);

}  // namespace clip_classify::cli
