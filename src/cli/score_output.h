// Scored pairs as records, and as lines of text.
#pragma once

#include <string>

#include "cli/score_pairs.h"
#include "clip_classify/record.h"

namespace clip_classify::cli {

/// What stands in a record beside path, text, similarity and CLIPScore.
struct PairFields {
  bool references = false;
  bool ranks = false;
};

RecordShape pair_shape(const PairFields& fields);
Record pair_record(const ScoredPair& pair, const PairFields& fields);

/// For people to read: the names of a line's columns, and a record without an error. Each ends its line.
std::string pair_heading(const RecordShape& shape);
std::string pair_line(const Record& record, const RecordShape& shape);

}  // namespace clip_classify::cli
