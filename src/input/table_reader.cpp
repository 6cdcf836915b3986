#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "clip_classify/table.h"
#include "input/csv_parser.h"
#include "input/jsonl_rows.h"
#include "input/table_bytes.h"
#include "input/table_columns.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

enum class Format { csv, tsv, jsonl };

std::string extension_of(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  std::string extension = dot == std::string::npos ? "" : name.substr(dot + 1);
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return extension;
}

Format format_of(const std::string& path, std::string_view first_line) {
  const std::string extension = extension_of(path);
  if (extension == "jsonl" || extension == "ndjson" || first_line.starts_with('{')) {
    return Format::jsonl;
  }
  if (extension == "csv") {
    return Format::csv;
  }
  if (extension == "tsv" || extension == "tab") {
    return Format::tsv;
  }
  // A whole JSON document is told what is wrong with it as JSON.
  if (first_line.starts_with('[')) {
    return Format::jsonl;
  }
  return first_line.find('\t') != std::string_view::npos ? Format::tsv : Format::csv;
}

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

struct Table::Parts {
  Parts(const std::string& path, std::vector<ColumnSpec> columns, std::stop_token stop)
      : bytes(path, std::move(stop)), specs(std::move(columns)), places(specs.size()) {
    const Format format = format_of(path, bytes.first_line());
    if (format != Format::jsonl) {
      csv = std::make_unique<CsvParser>(bytes, format == Format::tsv ? '\t' : ',');
      read_header();
    }
    first = read();
    if (!first) {
      throw_ended(csv ? "has a header but no rows" : "is empty");
    }
    std::ranges::transform(places, std::back_inserter(present),
                           [](const auto& place) { return place.has_value(); });
  }

  [[noreturn]] void throw_ended(const std::string& reason) const {
    if (bytes.stopped()) {
      throw Interrupted("interrupted while a table was read");
    }
    throw bytes.error(reason);
  }

  void read_header() {
    if (!csv->next()) {
      throw_ended("is empty");
    }
    const TablePlace place{bytes, csv->line()};
    std::set<std::string_view> seen;
    std::ranges::transform(csv->fields(), std::back_inserter(header),
                           [](const std::string& name) { return std::string(utf8::trim(name)); });
    for (const std::string& name : header) {
      // A spreadsheet's empty columns have no names; nobody asks for them.
      if (!name.empty() && !seen.insert(name).second) {
        throw place.error("column " + utf8::quoted(name) + " is there twice");
      }
    }
    find_columns(place, {header.begin(), header.end()});
  }

  void find_columns(const TablePlace& place, const std::vector<std::string_view>& names) {
    std::ranges::transform(specs, places.begin(),
                           [&](const ColumnSpec& spec) { return find_column(place, spec, names); });
  }

  std::optional<TableRow> read() { return csv ? read_fields() : read_object(); }

  std::optional<TableRow> read_fields() {
    if (!csv->next()) {
      return std::nullopt;
    }
    auto& fields = csv->fields();
    const TablePlace place{bytes, csv->line()};
    if (fields.size() != header.size()) {
      throw place.error(
          "has " + counted(fields.size(), "field") + ", but the header names " +
          counted(header.size(), "column") +
          (fields.size() > header.size() ? "; put a field that holds the separator in quotes" : ""));
    }
    return make_row(place, [&](const ColumnSpec& spec, std::size_t column) {
      return field_values(place, spec, header[column], std::move(fields[column]));
    });
  }

  std::optional<TableRow> read_object() {
    do {
      if (!bytes.next_line(text)) {
        return std::nullopt;
      }
    } while (text.find_first_not_of(" \t\r") == std::string::npos);
    if (text.ends_with('\r')) {
      text.pop_back();
    }
    const TablePlace place{bytes, bytes.line()};
    check_table_text(bytes, place.line, text);
    auto cells = parse_json_line(bytes, place.line, text);
    std::vector<std::string_view> names;
    std::ranges::transform(cells, std::back_inserter(names),
                           [](const JsonCell& cell) { return std::string_view(cell.key); });
    find_columns(place, names);
    return make_row(place, [&](const ColumnSpec& spec, std::size_t column) {
      return cell_values(place, spec, std::move(cells[column]));
    });
  }

  /// `values_at(spec, column)` gives those of a column that is there.
  TableRow make_row(const TablePlace& place, const auto& values_at) {
    TableRow row{bytes.where(place.line), {}};
    row.values.reserve(specs.size());
    for (std::size_t i = 0; i < specs.size(); ++i) {
      const auto& column = places[i];
      row.values.push_back(column ? values_at(specs[i], *column) : no_values(specs[i]));
    }
    return row;
  }

  TableBytes bytes;
  std::vector<ColumnSpec> specs;
  std::vector<std::optional<std::size_t>> places;  ///< of the columns in the header, or in the object at hand
  std::vector<bool> present;                       ///< whether the columns are in the header or first object
  std::unique_ptr<CsvParser> csv;                  ///< null for JSON lines
  std::vector<std::string> header;
  std::string text;
  std::optional<TableRow> first;  ///< until it is asked for
};

Table::Table(const std::string& path, std::vector<ColumnSpec> columns, std::stop_token stop)
    : parts_(std::make_unique<Parts>(path, std::move(columns), std::move(stop))) {}

Table::~Table() = default;
Table::Table(Table&&) noexcept = default;
Table& Table::operator=(Table&&) noexcept = default;

bool Table::has(std::size_t column) const {
  return parts_->present[column];
}

std::optional<TableRow> Table::next() {
  return parts_->first ? std::exchange(parts_->first, std::nullopt) : parts_->read();
}

}  // namespace clip_classify
