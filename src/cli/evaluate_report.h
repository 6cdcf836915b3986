// Scores and the truth to all that evaluate says of them.
#pragma once

#include <stop_token>

#include "cli/evaluate_options.h"
#include "cli/evaluate_scores.h"
#include "cli/evaluate_truth.h"
#include "output/evaluation_report.h"

namespace clip_classify::cli {

/// Throws Interrupted, and Error (usage) for groups that are none.
EvaluationReport make_report(const EvaluateOptions& options, const Questions& questions,
                             const TruthRows& truth, const Scores& scores, const std::stop_token& stop);

}  // namespace clip_classify::cli
