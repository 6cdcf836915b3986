// Patterns over the words of a question: fixed words and named parts.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clip_classify {

/// A word of English, a character of Chinese.
struct Word {
  std::string text;  ///< as it was written
  std::string key;   ///< as patterns see it: lower case, one spelling
};
using Words = std::span<const Word>;

/// Whether a part, named by a capital letter, may take the first `size` (at least one) of `words`.
using PartTest = bool (*)(char part, Words words, std::size_t size);

/// Whether the keys of `words` begin with these.
bool starts_with(Words words, const std::vector<std::string>& keys);

/// Compiled from words between spaces: `a|b_c` is one of two alternatives, the second of two words; a capital
/// letter is a part of as few words as possible; with `?` after it either may be missing.
class Pattern {
 public:
  /// `split` makes keys of an alternative.
  Pattern(std::string_view source, std::vector<std::string> (*split)(std::string_view));

  /// The parts, when all of `words` are used up.
  std::optional<std::map<char, Words>> match(Words words, PartTest allowed) const;

 private:
  struct Element {
    char part = 0;  ///< 0: fixed words
    std::vector<std::vector<std::string>> alternatives;
    bool optional = false;
  };
  using Elements = std::span<const Element>;

  static bool match(Elements elements, Words words, PartTest allowed, std::map<char, Words>& parts);

  std::vector<Element> elements_;
};

/// The pieces of `text` between `separator`s, without empty ones.
std::vector<std::string_view> pieces(std::string_view text, char separator);

}  // namespace clip_classify
