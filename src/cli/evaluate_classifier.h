// A classifier of train among the variants that evaluate compares.
#pragma once

#include <string>
#include <vector>

#include "cli/session.h"

namespace clip_classify::cli {

/// What `file` holds, with its labels in the order of `labels`; those that it lacks come from words, through
/// `templates`, which are emptied where none are needed. Throws Error (usage) for a label of the file's that
/// is not among `labels`, and what read_classifier throws.
Classifier trained_classifier(Session& session, const std::string& file, const std::vector<Label>& labels,
                              std::vector<std::string>& templates);

}  // namespace clip_classify::cli
