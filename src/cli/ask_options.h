// The options of ask.
#pragma once

#include "cli/command.h"
#include "cli/options.h"

namespace clip_classify::cli {

struct AskOptions : CommonOptions {
  std::vector<std::string> questions;        ///< of every image
  LabelOptions answers;                      ///< to all of them; none: those that fit a question
  std::optional<std::string> statements;     ///< a file of them, in place of questions
  std::optional<std::string> rows;           ///< a table, or "-", in place of images
  std::vector<std::string> embedding_files;  ///< in which the rows' images are looked up by name
  RankingOptions ranking;
  double sure = 0.8;  ///< the probability from which a statement is called true or false
  bool summary = false;
  bool list_rules = false;

  bool has_answers() const {
    return !answers.lists.empty() || !answers.labels.empty() || !answers.files.empty();
  }
};

/// Throws Error (usage) for what is wrong with them or does not fit together.
AskOptions parse_ask(const Arguments& arguments);

}  // namespace clip_classify::cli
