// Tables that users bring (CSV, TSV, JSON lines): the columns that a command asks for, a row at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "clip_classify/error.h"

namespace clip_classify {

/// A column that a command wants.
struct ColumnSpec {
  /// The names it may have, at least one, which no other column has. Of several in one table the first here
  /// is taken.
  std::vector<std::string> names;
  bool required = true;  ///< every row must have a value: white space alone is none
  /// Of several values: in a field of CSV or TSV a JSON array when it begins with '[', else what stands
  /// between '|', white space around it dropped; in JSON lines an array, or one value by itself.
  bool list = false;
};

/// A row's values. They are valid UTF-8 without control characters, other than tabs and line breaks, and not
/// trimmed unless ColumnSpec says so. Of a table's other columns nothing is kept.
struct TableRow {
  std::string where;  ///< "pairs.csv:12", the line that the row begins in, for messages
  /// By the place of the column's ColumnSpec; one value, perhaps empty, for each that is no list.
  std::vector<std::vector<std::string>> values;

  const std::string& text(std::size_t column) const { return values[column].front(); }
  /// Empty where the row has none; never with an empty value in it.
  const std::vector<std::string>& list(std::size_t column) const { return values[column]; }
};

/// A table in a file, or on standard input for "-", read as it arrives: only the row at hand is in memory.
///
/// - JSON lines (.jsonl, .ndjson, or content that begins with '{'): one object a line. A number is its own
///   text, true is "yes" and false is "no" (they answer questions), null is no value.
/// - TSV (.tsv, .tab; of names without a known ending, and on standard input, when the first line has a tab):
///   as Excel writes it. A field that begins with a quote is quoted as in CSV; elsewhere a quote is itself.
/// - CSV (all else): RFC 4180. Fields in quotes may hold commas, line breaks and doubled quotes; a quote
///   inside a field without quotes is an error, since it is as often a slip as meant.
///
/// Lines end with LF or CRLF; a byte order mark is dropped, and so are empty lines. The first line of CSV and
/// TSV names the columns; white space around a name is dropped.
class Table {
 public:
  /// Reads the first row too. Throws Error (usage), one line, "FILE: reason" or "FILE:LINE: reason": a
  /// missing or unreadable file, a folder, UTF-16, an archive, no rows, a required column that isn't there, a
  /// wanted one that is there but for its case, a column that is there twice, and all that next() throws for.
  /// Throws Interrupted when `stop` is requested while it waits.
  Table(const std::string& path, std::vector<ColumnSpec> columns, std::stop_token stop = {});
  ~Table();
  Table(Table&&) noexcept;
  Table& operator=(Table&&) noexcept;

  /// Whether the table has the column; of JSON lines, whether the first object has it.
  bool has(std::size_t column) const;

  /// Nothing at the end, or when `stop` was requested while it waited for more. Throws Error (usage): quotes
  /// that don't match (with the line of the first), another number of fields than the header's, broken JSON,
  /// a line that is no object, a value of the wrong type, no value where one is required, an empty value in a
  /// list, what is not UTF-8, a NUL or another control character, a row over 256 MiB. Not to be
  /// called again after that.
  std::optional<TableRow> next();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace clip_classify
