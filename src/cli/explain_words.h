// What words alone say of labels: which of them carry a label, and which other labels are near.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/session.h"

namespace clip_classify::cli {

/// A word of a label's text, and the label's row without it.
struct LeftOut {
  std::string word;
  std::size_t row = 0;  ///< of LabelWords::rows
};

/// How near another label is.
struct Neighbour {
  std::size_t label = 0;
  double similarity = 0.0;  ///< of the two labels' rows
};

/// By label.
struct LabelWords {
  Matrix rows;
  std::vector<std::vector<LeftOut>> words;         ///< none for a label of one word, or of several texts
  std::vector<std::vector<Neighbour>> neighbours;  ///< nearest first, a few
};

/// The label's text less each of its words (between spaces) in turn goes through the same templates.
LabelWords study_words(Session& session, const std::vector<Label>& labels,
                       const std::vector<std::string>& templates, const Classifier& classifier);

}  // namespace clip_classify::cli
