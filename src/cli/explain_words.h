// What words alone say of labels: which of them carry a label, and which other labels are near.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "cli/session.h"

namespace clip_classify::cli {

/// How near another label is.
struct Neighbour {
  std::size_t label = 0;
  double similarity = 0.0;  ///< of the two labels' rows
};

struct LabelWords {
  std::vector<std::string> left_out;  ///< none for a label of one word, or of several texts
  Matrix rows;                        ///< the label's row without each of them
  std::vector<Neighbour> neighbours;  ///< nearest first, a few
};

/// Studies a label when it is first asked for.
class WordStudy {
 public:
  /// Everything must outlive it.
  WordStudy(Session& session, const std::vector<Label>& labels, const std::vector<std::string>& templates,
            const Classifier& classifier)
      : session_(session), labels_(labels), templates_(templates), classifier_(classifier) {}

  /// Of the label at this place. Its text less each of its words (between spaces) in turn goes through the
  /// same templates.
  const LabelWords& of(std::size_t label);

 private:
  Session& session_;
  const std::vector<Label>& labels_;
  const std::vector<std::string>& templates_;
  const Classifier& classifier_;
  std::unordered_map<std::size_t, LabelWords> known_;
};

}  // namespace clip_classify::cli
