#include "output/columns.h"

#include <algorithm>

#include "text/utf8.h"

namespace clip_classify {

std::string Columns::text() const {
  std::vector<int> widths(aligns_.size());
  for (const auto& row : rows_) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], utf8::width(row[column]));
    }
  }
  std::string lines;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t column = 0; column < row.size(); ++column) {
      const std::string padding(static_cast<std::size_t>(widths[column] - utf8::width(row[column])), ' ');
      line += aligns_[column] == Align::left ? row[column] + padding : padding + row[column];
      line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines += line + '\n';
  }
  return lines;
}

}  // namespace clip_classify
