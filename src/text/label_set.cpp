#include "text/label_set.h"

#include "clip_classify/error.h"
#include "text/text_file.h"
#include "text/utf8.h"

namespace clip_classify {

void LabelSet::add(std::string_view name, const std::vector<std::string>& texts, const std::string& where) {
  const std::string trimmed = trimmed_text(name, where);
  const auto [found, is_new] = index_.try_emplace(trimmed, labels_.size());
  if (distinct_ && !is_new) throw usage_error(where + ": " + utf8::quoted(trimmed) + " is there twice");
  if (is_new) labels_.push_back({trimmed, {}});
  const auto add_text = [&, index = found->second](const std::string& text) {
    if (texts_.insert(std::to_string(index) + " " + text).second) labels_[index].texts.push_back(text);
  };
  if (texts.empty()) add_text(trimmed);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    add_text(trimmed_text(texts[i], where + ": synonym " + std::to_string(i + 1)));
  }
}

}  // namespace clip_classify
