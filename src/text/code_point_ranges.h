// Sets of code points, as sorted ranges.
#pragma once

#include <algorithm>
#include <iterator>
#include <span>

namespace clip_classify {

struct CodePointRange {
  char32_t first;
  char32_t last;
};

inline bool contains(std::span<const CodePointRange> ranges, char32_t code_point) {
  const auto next = std::upper_bound(ranges.begin(), ranges.end(), code_point,
                                     [](char32_t value, const auto& range) { return value < range.first; });
  return next != ranges.begin() && code_point <= std::prev(next)->last;
}

}  // namespace clip_classify
