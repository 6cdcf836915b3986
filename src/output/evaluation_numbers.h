// How evaluation texts spell numbers and labels.
#pragma once

#include <string>

#include "output/evaluation_report.h"
#include "output/formatted.h"

namespace clip_classify {

constexpr int kWidestLabel = 30;

/// "86.6%"; "-" for what is no number.
std::string percent(double share);
/// "0.097"
std::string plain(double value);
/// As one of these, and an interval as "(82.1 to 90.5)"; empty where there is none.
std::string shown(Figure figure, double value);
std::string shown(Figure figure, const Interval& interval);
/// "+1.2 points (-0.5 to 2.9)"
std::string points(Figure figure, const Estimate& difference);
/// "p = 0.012"
std::string p_value(double p);
std::string label_of(const std::string& name, int widest = kWidestLabel);

/// Parts of evaluation_text.
std::string groups_title(const GroupsReport& groups);
std::string groups_text(const EvaluationReport& report, const GroupsReport& groups);
std::string counterfactual_text(const EvaluationReport& report, const CounterfactualReport& counterfactual);

}  // namespace clip_classify
