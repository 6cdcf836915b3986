// A confusion matrix as a picture: SVG that needs nothing beside it and is readable on light and dark pages.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace clip_classify {

/// `counts` is row-major, a row for each class, a column for each label its images were given. A cell's
/// colour is the share of its row, blue where it is right and red where it is wrong.
std::string confusion_picture(const std::vector<std::string>& labels, std::span<const std::size_t> counts,
                              const std::string& title);

}  // namespace clip_classify
