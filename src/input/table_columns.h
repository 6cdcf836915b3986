// Which of a table's columns are the wanted ones, and what a cell must hold to be a value of one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clip_classify/table.h"
#include "input/jsonl_rows.h"
#include "input/table_bytes.h"

namespace clip_classify {

/// A place in a table, for messages.
struct TablePlace {
  const TableBytes& bytes;
  std::size_t line = 0;

  Error error(const std::string& reason) const { return bytes.error(line, reason); }
};

/// Where the column stands among `names`; nothing for one that is not required. Throws Error (usage): a
/// required one that isn't there, one that differs in case only, one that is there twice.
std::optional<std::size_t> find_column(const TablePlace& place, const ColumnSpec& spec,
                                       const std::vector<std::string_view>& names);

/// The values of a column that the table does not have.
std::vector<std::string> no_values(const ColumnSpec& spec);

/// What a field of CSV or TSV, or a cell of JSON, holds for a column, as TableRow has it; `name` is the
/// column's in this table. Throws Error (usage) where it does not fit.
std::vector<std::string> field_values(const TablePlace& place, const ColumnSpec& spec, std::string_view name,
                                      std::string field);
std::vector<std::string> cell_values(const TablePlace& place, const ColumnSpec& spec, JsonCell cell);

}  // namespace clip_classify
