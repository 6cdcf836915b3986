#include "text/question_english.h"

#include "text/question_english_words.h"

namespace clip_classify {
namespace {

std::vector<std::string> keys(std::string_view words) {
  std::vector<std::string> out;
  for (const std::string_view word : pieces(words, '_')) out.emplace_back(word);
  return out;
}

std::string join(Words words) {
  std::string out;
  for (const Word& word : words) {
    if (!out.empty() && word.text != ",") out += ' ';
    out += word.text;
  }
  return out;
}

}  // namespace

std::string_view english::named_topic(std::string_view phrase) {
  const std::string word = lower(head(kind_of(phrase)));
  const std::string_view topic = topic_of(word);
  return topic.empty() ? topic_of(singular(word)) : topic;
}

const Language& english_language() {
  static const Language kEnglish = {
      english::rules(), english::read,    keys,           english::allowed, join, english::named_topic,
      english::state,   english::choices, english::negate};
  return kEnglish;
}

}  // namespace clip_classify
