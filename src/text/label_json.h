// Labels in JSON: ["cat", "dog"], or {"cat": ["cat", "kitten"], "dog": []}.
#pragma once

#include "text/label_set.h"
#include "text/text_file.h"

namespace clip_classify {

/// Throws Error (usage) that names the file and the item, or for broken JSON the line and column. `what` the
/// labels are (a plural) goes into errors.
void add_json(const TextFile& file, const std::string& what, LabelSet& labels);

}  // namespace clip_classify
