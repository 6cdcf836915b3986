// The result for one image, as every output format shows it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clip_classify/error.h"

namespace clip_classify {

struct RecordLabel {
  std::string label;
  double score = 0.0;       ///< what --scores chose: probability, similarity or logit
  double similarity = 0.0;  ///< cosine, -1..1
};

/// One image: its labels, best first (possibly none when a threshold left none), or its error.
struct Record {
  std::string path;  ///< bytes as given; writers take care of what is not UTF-8
  std::vector<RecordLabel> labels = {};
  std::optional<Error> error = {};
};

}  // namespace clip_classify
