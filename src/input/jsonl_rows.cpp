#include "input/jsonl_rows.h"

#include <nlohmann/json.hpp>

#include "text/utf8.h"

namespace clip_classify {
namespace {

using nlohmann::json;
using Kind = JsonCell::Kind;

/// Reads events rather than a document, in which the second of two equal keys would replace the first, and
/// numbers would lose how they are written. Of deeper values only their place is known.
class CellEvents : public nlohmann::json_sax<json> {
 public:
  /// `depth` is that of the values that make up a list: 1 in a list by itself, 2 in an object's.
  explicit CellEvents(int depth) : list_depth_(depth) {}

  bool null() override { return add_other(Kind::null); }
  bool boolean(bool value) override { return add_text(value ? "yes" : "no"); }
  bool number_integer(number_integer_t value) override { return add_text(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return add_text(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return add_text(text); }
  bool string(string_t& text) override { return add_text(std::move(text)); }
  bool binary(binary_t&) override { return add_other(Kind::other); }

  bool key(string_t& name) override {
    if (depth_ == 1) {
      cells_.push_back({std::move(name), Kind::null, {}});
    }
    return true;
  }

  bool start_object(std::size_t) override {
    add_other(Kind::other);
    is_object_ = is_object_ || depth_ == 0;
    ++depth_;
    return true;
  }

  bool start_array(std::size_t) override {
    add_other(depth_ == list_depth_ - 1 ? Kind::list : Kind::other);
    ++depth_;
    return true;
  }

  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }

  bool parse_error(std::size_t, const std::string&, const json::exception& error) override {
    const std::string_view message = error.what();
    const std::size_t place = message.find("column ");
    failure_ = utf8::shorten(
        utf8::printable(place == std::string_view::npos ? message : message.substr(place)), 160);
    return false;
  }

  /// What is wrong with the JSON; empty when nothing is.
  const std::string& failure() const { return failure_; }
  bool is_object() const { return is_object_; }
  std::vector<JsonCell>& cells() { return cells_; }

 private:
  bool add_text(std::string text) {
    if (depth_ == list_depth_ - 1) {
      cell().kind = Kind::text;
    }
    if (depth_ == list_depth_ - 1 || (depth_ == list_depth_ && cell().kind == Kind::list)) {
      cell().texts.push_back(std::move(text));
    }
    return true;
  }

  /// What is no text: an object or array that begins, or null, which has no place in a list either.
  bool add_other(Kind kind) {
    if (depth_ == list_depth_ - 1) {
      cell().kind = kind;
    } else if (depth_ == list_depth_) {
      cell().kind = Kind::other;
    }
    return true;
  }

  JsonCell& cell() {
    if (cells_.empty()) {
      cells_.emplace_back();
    }
    return cells_.back();
  }

  bool leave() {
    --depth_;
    return true;
  }

  int list_depth_;
  int depth_ = 0;
  bool is_object_ = false;
  std::vector<JsonCell> cells_;
  std::string failure_;
};

}  // namespace

std::vector<JsonCell> parse_json_line(const TableBytes& bytes, std::size_t line, std::string_view text) {
  CellEvents events(2);
  json::sax_parse(text, &events);
  if (!events.failure().empty()) {
    throw bytes.error(line, "broken JSON, " + events.failure() + " (each line is one object)");
  }
  if (!events.is_object()) {
    throw bytes.error(line, "is JSON but no object; write one {\"column\": value, ...} a line");
  }
  return std::move(events.cells());
}

std::vector<std::string> parse_json_list(const TableBytes& bytes, std::size_t line, std::string_view text) {
  CellEvents events(1);
  json::sax_parse(text, &events);
  const bool fits =
      events.failure().empty() && events.cells().size() == 1 && events.cells().front().kind == Kind::list;
  if (!fits) {
    throw bytes.error(line, "a field that begins with '[' is no JSON list of texts: " + utf8::quoted(text) +
                                "; write it as in [\"a\", \"b\"]");
  }
  return std::move(events.cells().front().texts);
}

}  // namespace clip_classify
