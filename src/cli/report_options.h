// The options of report.
#pragma once

#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/options.h"

namespace clip_classify::cli {

struct ReportOptions : CommonOptions {
  LabelOptions labels;  ///< where nothing is given, the classes that the truth names
  PromptOptions prompts;
  RankingOptions ranking;
  bool multi_label = false;
  std::optional<std::string> truth;    ///< a folder of class folders, or a table
  std::optional<std::string> results;  ///< records of classify, in place of labels and images
  enum class Maps { none, mistakes, all };
  Maps maps = Maps::none;  ///< of which images
  std::string title;
  int thumbnail = 192;  ///< pixels of the longer side; 0: no pictures

  bool names_images() const { return !inputs.paths.empty() || inputs.files_from; }
};

/// Throws Error (usage) for what is wrong with them or does not fit together.
ReportOptions parse_report(const Arguments& arguments);

}  // namespace clip_classify::cli
