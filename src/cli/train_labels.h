// The labels of examples as they are collected: folder names, or a table's column.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "clip_classify/text.h"

namespace clip_classify::cli {

class TrainLabels {
 public:
  /// The index of a label. `where` it stands goes into errors. Throws Error (usage) for one that is empty,
  /// not UTF-8, or has a control character, and for one that differs from another only by case, spaces or the
  /// form of its accents.
  std::size_t add(std::string_view name, const std::string& where);

  std::size_t size() const { return names_.size(); }
  const std::string& name(std::size_t index) const { return names_[index]; }

  /// Those added so far, each with its prompt text ('_' taken for a space); texts of its own and labels that
  /// have none of the examples come from `given`.
  std::vector<Label> with(const std::vector<Label>& given);

 private:
  struct Known {
    std::size_t index = 0;
    std::string where;
  };
  std::vector<std::string> names_;
  std::map<std::string, Known, std::less<>> by_key_;
};

}  // namespace clip_classify::cli
