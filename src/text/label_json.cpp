#include "text/label_json.h"

#include <nlohmann/json.hpp>

#include "clip_classify/error.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using nlohmann::json;

/// Reads events rather than a document, in which the second of two equal keys would replace the first.
class LabelEvents : public nlohmann::json_sax<json> {
 public:
  LabelEvents(const TextFile& file, LabelSet& labels) : file_(file), labels_(labels) {}

  bool string(string_t& text) override {
    if (depth_ == 2) {
      texts_.push_back(text);
    } else if (in_object_) {
      labels_.add(name_, {text}, where());
    } else {
      ++item_;
      labels_.add(text, {}, where());
    }
    return true;
  }

  bool key(string_t& name) override {
    name_ = name;
    ++item_;
    return true;
  }

  bool start_object(std::size_t) override {
    if (depth_ > 0) refuse();
    in_object_ = true;
    ++depth_;
    return true;
  }

  bool start_array(std::size_t) override {
    if (depth_ > 1 || (depth_ == 1 && !in_object_)) refuse();
    texts_.clear();
    ++depth_;
    return true;
  }

  bool end_array() override {
    --depth_;
    if (depth_ == 1) labels_.add(name_, texts_, where());
    return true;
  }

  bool end_object() override { return true; }

  bool null() override {
    if (depth_ != 1 || !in_object_) refuse();
    labels_.add(name_, {}, where());
    return true;
  }

  bool boolean(bool) override { refuse(); }
  bool number_integer(number_integer_t) override { refuse(); }
  bool number_unsigned(number_unsigned_t) override { refuse(); }
  bool number_float(number_float_t, const string_t&) override { refuse(); }
  bool binary(binary_t&) override { refuse(); }

  bool empty() const { return item_ == 0; }

  bool parse_error(std::size_t, const std::string&, const json::exception& error) override {
    const std::string_view message = error.what();
    const std::size_t place = message.find("line ");
    throw usage_error(file_.name() + ": starts like JSON but is broken: " +
                      utf8::shorten(utf8::printable(message.substr(place)), 200));
  }

 private:
  std::string where() const {
    const std::string item = in_object_ ? utf8::quoted(name_) : "item " + std::to_string(item_);
    return file_.name() + ": " + item;
  }

  [[noreturn]] void refuse() {
    if (!in_object_) ++item_;
    throw usage_error(where() + ": is not " + (in_object_ ? "a list of strings" : "a string"));
  }

  const TextFile& file_;
  LabelSet& labels_;
  bool in_object_ = false;
  int depth_ = 0;
  std::size_t item_ = 0;
  std::string name_;
  std::vector<std::string> texts_;
};

}  // namespace

void add_json(const TextFile& file, const std::string& what, LabelSet& labels) {
  LabelEvents events(file, labels);
  json::sax_parse(file.content(), &events);
  if (events.empty()) throw usage_error(file.name() + ": holds no " + what);
}

}  // namespace clip_classify
