#include "clip_classify/error.h"
#include "clip_classify/text.h"
#include "text/label_json.h"
#include "text/label_set.h"
#include "text/text_file.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

void add_list(const std::string& list, const LabelOptionNames& names, LabelSet& labels) {
  const std::string option = names.lists + " " + utf8::quoted(list);
  std::string_view rest = list;
  for (int number = 1;; ++number) {
    const std::size_t comma = rest.find(',');
    labels.add(rest.substr(0, comma), {}, option + ": item " + std::to_string(number));
    if (comma == std::string_view::npos) return;
    rest.remove_prefix(comma + 1);
  }
}

void add_file(const std::string& path, const LabelOptionNames& names, LabelSet& labels) {
  const TextFile file(names.files, path);
  const std::string_view content = utf8::trim(file.content());
  if (content.empty()) throw usage_error(file.name() + ": holds no " + names.what);
  if (content.starts_with('[') || content.starts_with('{')) {
    add_json(file, names.what, labels);
  } else {
    file.for_each_line([&](std::string_view line, const std::string& where) { labels.add(line, {}, where); });
  }
}

}  // namespace

std::vector<Label> read_labels(const LabelOptions& options) {
  const auto& names = options.names;
  LabelSet labels(options.distinct);
  for (const auto& list : options.lists) add_list(list, names, labels);
  for (const auto& label : options.labels) labels.add(label, {}, names.labels + " " + utf8::quoted(label));
  for (const auto& file : options.files) add_file(file, names, labels);
  if (labels.empty()) {
    throw usage_error("no " + names.what + ": give some with " + names.lists + " cat,dog or " + names.files +
                      " FILE");
  }
  return labels.take();
}

}  // namespace clip_classify
