// The result for one image, as every output format shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "clip_classify/error.h"

namespace clip_classify {

/// One of a ranking: a label, an answer, a tag.
struct RankedName {
  std::string name;
  double score = 0.0;       ///< what --scores chose: probability, similarity or logit
  double similarity = 0.0;  ///< cosine, -1..1
};

/// Nothing, a truth value, a whole number, a number or a text.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

/// One image, or an image with something asked of it: what was found, or its error.
struct Record {
  std::string path;                      ///< bytes as given; writers take care of what is not UTF-8
  std::vector<RankedName> ranking = {};  ///< best first (possibly none when a threshold left none)
  std::optional<Error> error = {};
  std::vector<Value> details = {};  ///< as RecordShape::details names them; may end early
  std::string none = {};            ///< text: why the ranking is empty, where it isn't the threshold
};

/// How the records of a command are spelled.
struct RecordShape {
  std::vector<std::string> details = {};  ///< names of what stands beside the path: keys and columns
  std::string name = "label";             ///< what one of the ranking is; empty where there is no ranking
  std::string names = "labels";           ///< JSON: the key of the ranking
  bool best = true;                       ///< JSON: the first of the ranking stands beside the path, too
};

}  // namespace clip_classify
