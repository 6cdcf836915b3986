#include "cli/train_labels.h"

#include <algorithm>

#include "clip_classify/error.h"
#include "text/text_file.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

/// The same for labels that a person would take for one.
std::string key_of(const std::string& label) {
  auto text = unicode::python_lower(unicode::compose(unicode::code_points(label)));
  std::erase_if(text, utf8::is_space);
  return unicode::utf8(text);
}

}  // namespace

std::size_t TrainLabels::add(std::string_view name, const std::string& where) {
  const auto trimmed = trimmed_text(name, where);
  const auto [found, is_new] = by_key_.try_emplace(key_of(trimmed), Known{names_.size(), where});
  const auto& known = found->second;
  if (is_new) {
    names_.emplace_back(name);
  } else if (names_[known.index] != name) {
    throw usage_error(where + ": label " + utf8::quoted(name) + " differs from " +
                      utf8::quoted(names_[known.index]) + " (" + known.where +
                      ") only by case or space; give both the same name, or other names");
  }
  return known.index;
}

std::vector<Label> TrainLabels::with(const std::vector<Label>& given) {
  std::vector<Label> labels;
  for (const auto& name : names_) {
    auto text = std::string(utf8::trim(name));
    labels.push_back({text, {}});
    std::ranges::replace(text, '_', ' ');
    labels.back().texts.push_back(std::string(utf8::trim(text)));
    if (labels.back().texts.front().empty()) {
      labels.back().texts.front() = labels.back().name;
    }
  }
  for (const auto& label : given) {
    const auto same = std::ranges::find(labels, label.name, &Label::name);
    if (same != labels.end()) {
      if (label.texts != std::vector{label.name}) {
        same->texts = label.texts;
      }
    } else {
      add(label.name, "--labels");
      labels.push_back(label);
    }
  }
  return labels;
}

}  // namespace clip_classify::cli
