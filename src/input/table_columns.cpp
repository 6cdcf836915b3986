#include "input/table_columns.h"

#include <algorithm>
#include <iterator>

#include "text/utf8.h"

namespace clip_classify {
namespace {

constexpr std::size_t kNamesShown = 8;

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_blank(std::string_view text) {
  return utf8::trim(text).empty();
}

/// 'image' (or 'path', 'file')
std::string wanted(const ColumnSpec& spec) {
  std::string text = utf8::quoted(spec.names.front());
  for (std::size_t i = 1; i < spec.names.size(); ++i) {
    text += (i == 1 ? " (or " : ", ") + utf8::quoted(spec.names[i]);
  }
  return text + (spec.names.size() > 1 ? ")" : "");
}

std::string listed(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kNamesShown); ++i) {
    text += (i == 0 ? "" : ", ") + utf8::quoted(names[i]);
  }
  const std::size_t more = names.size() - std::min(names.size(), kNamesShown);
  return more == 0 ? text : text + " and " + std::to_string(more) + " more";
}

Error missing_column(const TablePlace& place, const ColumnSpec& spec,
                     const std::vector<std::string_view>& names) {
  std::string reason = "no column " + wanted(spec);
  if (names.empty()) {
    return place.error(reason + "; there are none");
  }
  reason += "; there " + std::string(names.size() == 1 ? "is " : "are ") + listed(names);
  if (names.size() == 1 && names.front().find_first_of(";\t") != std::string_view::npos) {
    reason += "; separate columns by commas, or by tabs in a .tsv";
  }
  return place.error(reason);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find('|');
    parts.emplace_back(utf8::trim(text.substr(0, end)));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> checked_text(const TablePlace& place, const ColumnSpec& spec, std::string_view name,
                                      std::string text) {
  if (!is_blank(text)) {
    return {std::move(text)};
  }
  if (spec.required) {
    throw place.error("column " + utf8::quoted(name) + " is empty");
  }
  return no_values(spec);
}

std::vector<std::string> checked_list(const TablePlace& place, const ColumnSpec& spec, std::string_view name,
                                      std::vector<std::string> values) {
  if (values.empty() && spec.required) {
    throw place.error("column " + utf8::quoted(name) + " is empty");
  }
  const auto blank = std::ranges::find_if(values, is_blank);
  if (blank != values.end()) {
    throw place.error("column " + utf8::quoted(name) + ": value " +
                      std::to_string(std::distance(values.begin(), blank) + 1) + " of " +
                      std::to_string(values.size()) + " is empty");
  }
  return values;
}

}  // namespace

std::optional<std::size_t> find_column(const TablePlace& place, const ColumnSpec& spec,
                                       const std::vector<std::string_view>& names) {
  for (const std::string& name : spec.names) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      continue;
    }
    if (std::find(std::next(found), names.end(), name) != names.end()) {
      throw place.error("column " + utf8::quoted(name) + " is there twice");
    }
    return static_cast<std::size_t>(std::distance(names.begin(), found));
  }
  for (const std::string& name : spec.names) {
    const auto near =
        std::ranges::find_if(names, [&](std::string_view other) { return same_but_for_case(name, other); });
    if (near != names.end()) {
      throw place.error("column " + utf8::quoted(*near) + " must be written " + utf8::quoted(name));
    }
  }
  if (spec.required) {
    throw missing_column(place, spec, names);
  }
  return std::nullopt;
}

std::vector<std::string> no_values(const ColumnSpec& spec) {
  return std::vector<std::string>(spec.list ? 0 : 1);
}

std::vector<std::string> field_values(const TablePlace& place, const ColumnSpec& spec, std::string_view name,
                                      std::string field) {
  if (!spec.list) {
    return checked_text(place, spec, name, std::move(field));
  }
  const std::string_view text = utf8::trim(field);
  if (text.empty()) {
    return checked_list(place, spec, name, {});
  }
  if (!text.starts_with('[')) {
    return checked_list(place, spec, name, split(text));
  }
  auto values = parse_json_list(place.bytes, place.line, text);
  for (const std::string& value : values) {
    check_table_text(place.bytes, place.line, value);
  }
  return checked_list(place, spec, name, std::move(values));
}

std::vector<std::string> cell_values(const TablePlace& place, const ColumnSpec& spec, JsonCell cell) {
  using Kind = JsonCell::Kind;
  if (cell.kind == Kind::other || (cell.kind == Kind::list && !spec.list)) {
    throw place.error("column " + utf8::quoted(cell.key) + " is neither a text nor a " +
                      (spec.list ? "list of texts" : "number"));
  }
  for (const std::string& text : cell.texts) {
    check_table_text(place.bytes, place.line, text);
  }
  if (!spec.list) {
    return checked_text(place, spec, cell.key, cell.texts.empty() ? "" : std::move(cell.texts.front()));
  }
  if (cell.kind == Kind::text && is_blank(cell.texts.front())) {
    cell.texts.clear();
  }
  return checked_list(place, spec, cell.key, std::move(cell.texts));
}

}  // namespace clip_classify
