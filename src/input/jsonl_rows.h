// Values in JSON: a line's object, and lists in the fields of other tables.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "input/table_bytes.h"

namespace clip_classify {

/// A key of an object with what it holds. Numbers and booleans are texts (see Table).
struct JsonCell {
  enum class Kind { null, text, list, other };
  std::string key;
  Kind kind = Kind::null;
  std::vector<std::string> texts;  ///< one for a text, any number for a list of texts
};

/// The object on a line, keys in their order, perhaps twice. Throws Error (usage) that names the line: broken
/// JSON, no object.
std::vector<JsonCell> parse_json_line(const TableBytes& bytes, std::size_t line, std::string_view text);

/// A field that holds a JSON list of texts. Throws Error (usage) that names the line.
std::vector<std::string> parse_json_list(const TableBytes& bytes, std::size_t line, std::string_view text);

}  // namespace clip_classify
