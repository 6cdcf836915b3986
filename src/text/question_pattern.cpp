#include "text/question_pattern.h"

#include <algorithm>

namespace clip_classify {

std::vector<std::string_view> pieces(std::string_view text, char separator) {
  std::vector<std::string_view> found;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) found.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

bool starts_with(Words words, const std::vector<std::string>& keys) {
  return words.size() >= keys.size() &&
         std::equal(keys.begin(), keys.end(), words.begin(),
                    [](const std::string& key, const Word& word) { return key == word.key; });
}

Pattern::Pattern(std::string_view source, std::vector<std::string> (*split)(std::string_view)) {
  for (std::string_view piece : pieces(source, ' ')) {
    Element element;
    element.optional = piece.ends_with('?');
    if (element.optional) piece.remove_suffix(1);
    if (piece.size() == 1 && piece[0] >= 'A' && piece[0] <= 'Z') {
      element.part = piece[0];
    } else {
      for (const std::string_view alternative : pieces(piece, '|')) {
        element.alternatives.push_back(split(alternative));
      }
    }
    elements_.push_back(std::move(element));
  }
}

std::optional<std::map<char, Words>> Pattern::match(Words words, PartTest allowed) const {
  std::map<char, Words> parts;
  if (!match(elements_, words, allowed, parts)) return std::nullopt;
  return parts;
}

bool Pattern::match(Elements elements, Words words, PartTest allowed, std::map<char, Words>& parts) {
  if (elements.empty()) return words.empty();
  const Element& first = elements.front();
  const Elements others = elements.subspan(1);
  for (const auto& keys : first.alternatives) {
    if (starts_with(words, keys) && match(others, words.subspan(keys.size()), allowed, parts)) return true;
  }
  if (first.part != 0) {
    for (std::size_t size = others.empty() ? words.size() : 1; size > 0 && size <= words.size(); ++size) {
      if (!allowed(first.part, words, size) || !match(others, words.subspan(size), allowed, parts)) continue;
      parts[first.part] = words.first(size);
      return true;
    }
  }
  return first.optional && match(others, words, allowed, parts);
}

}  // namespace clip_classify
