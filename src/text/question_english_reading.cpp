// How English questions are cut into words.
#include <algorithm>

#include "text/question_english.h"
#include "text/question_english_words.h"
#include "text/utf8.h"

namespace clip_classify::english {
namespace {

// What may be said before and after a question without changing it.
constexpr std::string_view kBefore =
    "please;hey;hi;hello;ok;okay;so;and;well;now;,;excuse me;tell me;can you tell me;could you tell "
    "me;would you tell me;can you please tell me;could you please tell me;i want to know;i would like to "
    "know;i wonder;do you know;do you think;is it true that;if;whether;can you guess;guess;in the photo;in "
    "this photo;on the photo;from the photo;looking at the photo;based on the photo;according to the photo";
constexpr std::string_view kAfter =
    "please;or not;,;right now;at the moment;do you think;in the photo;in this photo;in that photo;on the "
    "photo;on this photo;of the photo;of this photo;from the photo;within the photo;in your opinion";

struct Spelling {
  std::string_view written;
  std::string_view read;
};
constexpr Spelling kKeys[] = {
    {"colour", "color"}, {"colours", "colors"},   {"picture", "photo"},
    {"image", "photo"},  {"photograph", "photo"}, {"pic", "photo"},
    {"scene", "photo"},  {"snapshot", "photo"},   {"screenshot", "photo"},
};
constexpr Spelling kCharacters[] = {
    {"\u2018", "'"}, {"\u2019", "'"}, {"\u201C", "\""}, {"\u201D", "\""}, {"\uFF1F", "?"}, {"\uFF0C", ","},
};
// Before 's they are followed by "is"; after other words it is a possessive.
constexpr std::string_view kBeforeIs = " what who where how when which there that it he she here ";
constexpr std::string_view kWithoutApostrophe = " whats wheres whos hows theres thats ";

/// ASCII quotes, question marks and spaces.
std::string plain(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const utf8::CodePoint point = utf8::decode(text);
    const std::string_view bytes = text.substr(0, point.size);
    const auto* const found =
        std::find_if(std::begin(kCharacters), std::end(kCharacters),
                     [&](const Spelling& spelling) { return spelling.written == bytes; });
    out += found != std::end(kCharacters) ? found->read : utf8::is_space(point.value) ? " " : bytes;
    text.remove_prefix(point.size);
  }
  return out;
}

void add(std::vector<Word>& words, std::string_view text) {
  Word word{std::string(text), lower(text)};
  for (const auto& [written, read] : kKeys) {
    if (word.key == written) word.key = read;
  }
  words.push_back(std::move(word));
}

/// A piece between spaces: a word, or two where it is contracted, and the comma after it.
void add_piece(std::vector<Word>& words, std::string_view piece) {
  const bool comma = piece.ends_with(',');
  while (!piece.empty() && std::string_view("?!.,;:\"").find(piece.back()) != std::string_view::npos) {
    piece.remove_suffix(1);
  }
  while (piece.starts_with('"')) piece.remove_prefix(1);
  const std::string key = lower(piece.substr(0, 16));
  const auto without = [&](std::size_t letters) { return piece.substr(0, piece.size() - letters); };
  if (key.ends_with("'s") && listed(kBeforeIs, key.substr(0, key.size() - 2))) {
    add(words, without(2));
    add(words, "is");
  } else if (listed(kWithoutApostrophe, key)) {
    add(words, without(1));
    add(words, "is");
  } else if (key.size() > 3 && key.ends_with("'re")) {
    add(words, without(3));
    add(words, "are");
  } else if (key.size() > 3 && key.ends_with("n't")) {
    // "isn't there a dog" asks what "is there a dog" asks.
    const bool asks = words.empty();
    add(words, key == "can't" ? "can" : key == "won't" ? "will" : without(3));
    if (!asks) add(words, "not");
  } else if (!piece.empty()) {
    add(words, piece);
  }
  if (comma) add(words, ",");
}

/// The phrases of a list, the longest first.
std::vector<std::vector<std::string>> phrases(std::string_view list) {
  std::vector<std::vector<std::string>> out;
  for (const std::string_view phrase : pieces(list, ';')) {
    auto& keys = out.emplace_back();
    for (const std::string_view word : pieces(phrase, ' ')) keys.emplace_back(word);
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return out;
}

Words without_phrases(Words words) {
  static const auto kFirst = phrases(kBefore);
  static const auto kLast = phrases(kAfter);
  const auto begins = [&](const auto& keys) { return starts_with(words, keys); };
  const auto ends = [&](const auto& keys) {
    return words.size() > keys.size() && starts_with(words.last(keys.size()), keys);
  };
  for (auto found = kFirst.begin();
       (found = std::find_if(kFirst.begin(), kFirst.end(), begins)) != kFirst.end();) {
    words = words.subspan(found->size());
  }
  for (auto found = kLast.begin(); (found = std::find_if(kLast.begin(), kLast.end(), ends)) != kLast.end();) {
    words = words.first(words.size() - found->size());
  }
  if (words.size() > 3 && words.back().key == "here") words = words.first(words.size() - 1);
  return words;
}

}  // namespace

std::vector<Word> read(std::string_view question) {
  const std::string text = plain(question);
  std::vector<Word> words;
  for (const std::string_view piece : pieces(text, ' ')) add_piece(words, piece);
  const Words kept = without_phrases(words);
  std::vector<Word> out(kept.begin(), kept.end());
  // Capitals mean a name, but not in a question that is all capitals, nor where it begins.
  const bool shouted = std::none_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  for (Word& word : out) {
    if (shouted || &word == &out.front()) word.text = lower(word.text);
  }
  return out;
}

}  // namespace clip_classify::english
