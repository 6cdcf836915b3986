// Rows of short texts in columns that stand in line, for people to read.
#pragma once

#include <string>
#include <vector>

namespace clip_classify {

class Columns {
 public:
  enum class Align { left, right };

  /// One for each column.
  explicit Columns(std::vector<Align> aligns) : aligns_(std::move(aligns)) {}

  /// Cells are valid UTF-8 on one line; missing ones are empty.
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  /// A line each, two spaces between columns, none at the end.
  std::string text() const;

 private:
  std::vector<Align> aligns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace clip_classify
