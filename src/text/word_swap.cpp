#include "text/word_swap.h"

#include <utf8proc.h>

#include <algorithm>

#include "clip_classify/error.h"
#include "text/label_set.h"
#include "text/letters.h"
#include "text/text_file.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

char32_t lower(char32_t c) {
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
}

char32_t upper(char32_t c) {
  return static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c)));
}

/// Character by character, so that places stay the same.
std::u32string lower(std::u32string_view text) {
  std::u32string result(text);
  std::ranges::transform(result, result.begin(), [](char32_t c) { return lower(c); });
  return result;
}

bool is_in_word(char32_t c) {
  return is_letter(c) || is_number(c) || c == U'-' || c == U'_';
}

/// `word` with capitals where `model` has them: all, the first, or none.
std::u32string in_case_of(std::u32string_view model, std::u32string word) {
  const auto is_capital = [](char32_t c) { return lower(c) != c; };
  const auto is_small = [](char32_t c) { return upper(c) != c; };
  if (!is_capital(model.front())) {
    return word;
  }
  const bool all = model.size() > 1 && std::ranges::none_of(model, is_small);
  std::transform(word.begin(), all ? word.end() : word.begin() + 1, word.begin(),
                 [](char32_t c) { return upper(c); });
  return word;
}

}  // namespace

WordSwap::WordSwap(const std::string& pairs, const std::string& option) {
  std::string_view rest = pairs;
  for (bool more = true; more;) {
    const auto comma = rest.find(',');
    const auto pair = rest.substr(0, comma);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.find('=', equals + 1) != std::string_view::npos) {
      throw usage_error(option + ": " + utf8::quoted(pair) + " is no pair of words; give 'man=woman,he=she'");
    }
    const auto left = unicode::code_points(trimmed_text(pair.substr(0, equals), option + ": a word"));
    const auto right = unicode::code_points(trimmed_text(pair.substr(equals + 1), option + ": a word"));
    add(left, right, option);
    add(right, left, option);
    more = comma != std::string_view::npos;
    rest.remove_prefix(more ? comma + 1 : rest.size());
  }
  std::ranges::sort(entries_, std::ranges::greater(), [](const Entry& entry) { return entry.word.size(); });
}

void WordSwap::add(const std::u32string& word, const std::u32string& counterpart, const std::string& option) {
  const auto key = lower(word);
  if (std::ranges::find(entries_, key, &Entry::word) != entries_.end()) {
    throw usage_error(option + ": " + utf8::quoted(unicode::utf8(word)) +
                      " is there twice, so what takes its place is not clear");
  }
  entries_.push_back({key, counterpart});
}

std::string WordSwap::operator()(std::string_view text) const {
  const auto original = unicode::code_points(text);
  const auto folded = lower(original);
  std::u32string result;
  for (std::size_t place = 0; place < original.size();) {
    const bool at_start = place == 0 || !is_in_word(original[place - 1]);
    const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
      const auto end = place + entry.word.size();
      return at_start && folded.compare(place, entry.word.size(), entry.word) == 0 &&
             (end >= original.size() || !is_in_word(original[end]));
    });
    if (found == entries_.end()) {
      result += original[place++];
      continue;
    }
    result += in_case_of(std::u32string_view(original).substr(place, found->word.size()), found->counterpart);
    place += found->word.size();
  }
  return unicode::utf8(result);
}

}  // namespace clip_classify
