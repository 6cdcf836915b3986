// The rules by which questions become statements, for people to read.
#pragma once

#include "cli/options.h"

namespace clip_classify::cli {

/// Writes them, an example each: a table, or JSON. Returns an exit code.
int list_question_rules(const OutputOptions& output);

}  // namespace clip_classify::cli
