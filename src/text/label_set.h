// Labels as they are collected: checked, in order, duplicates joined.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "clip_classify/text.h"

namespace clip_classify {

class LabelSet {
 public:
  explicit LabelSet(bool distinct = false) : distinct_(distinct) {}

  /// Adds a label, or texts to one of the same name; without texts, the name stands for itself. Everything is
  /// trimmed. Throws Error (usage) that begins with `where`: empty, not UTF-8, a control character, and a
  /// name that is there already where they are to be distinct.
  void add(std::string_view name, const std::vector<std::string>& texts, const std::string& where);

  bool empty() const { return labels_.empty(); }
  std::vector<Label> take() { return std::move(labels_); }

 private:
  bool distinct_;
  std::vector<Label> labels_;
  std::unordered_map<std::string, std::size_t> index_;  ///< by name
  std::unordered_set<std::string> texts_;               ///< "INDEX TEXT", for every text of every label
};

}  // namespace clip_classify
