#include "cli/explain_words.h"

#include <algorithm>

#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

constexpr std::size_t kNeighbours = 3;

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  while (!text.empty()) {
    const auto letter = utf8::decode(text);
    const bool space = utf8::is_space(letter.value);
    if (!space && !inside) {
      words.emplace_back();
    }
    if (!space) {
      words.back() += text.substr(0, letter.size);
    }
    inside = !space;
    text.remove_prefix(letter.size);
  }
  return words;
}

std::string without(const std::vector<std::string>& words, std::size_t left_out) {
  std::string text;
  for (std::size_t word = 0; word < words.size(); ++word) {
    if (word != left_out) {
      text += (text.empty() ? "" : " ") + words[word];
    }
  }
  return text;
}

std::vector<Neighbour> neighbours_of(const Matrix& rows, std::size_t label) {
  std::vector<Neighbour> others;
  for (std::size_t other = 0; other < rows.rows; ++other) {
    if (other != label) {
      others.push_back({other, dot(rows.row(label), rows.row(other))});
    }
  }
  const auto kept = std::min(kNeighbours, others.size());
  std::ranges::partial_sort(others, others.begin() + static_cast<std::ptrdiff_t>(kept), std::greater(),
                            &Neighbour::similarity);
  others.resize(kept);
  return others;
}

}  // namespace

const LabelWords& WordStudy::of(std::size_t label) {
  const auto [place, is_new] = known_.try_emplace(label);
  auto& words = place->second;
  if (!is_new) {
    return words;
  }
  words.neighbours = neighbours_of(classifier_.weights, label);
  const auto& texts = labels_[label].texts;
  const auto parts = texts.size() == 1 ? split(texts[0]) : std::vector<std::string>();
  if (parts.size() > 1) {
    std::vector<Label> shortened;
    for (std::size_t part = 0; part < parts.size(); ++part) {
      const auto text = without(parts, part);
      shortened.push_back({text, {text}});
    }
    words.left_out = parts;
    words.rows = session_.classifier(shortened, templates_, true, "shortened label").weights;
  }
  return words;
}

}  // namespace clip_classify::cli
