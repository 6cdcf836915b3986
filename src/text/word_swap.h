// Words that take each other's place in labels and prompts: man for woman, and woman for man.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clip_classify {

/// Whole words or phrases only, whatever their case, which is kept: "A man" becomes "A woman", "MAN" "WOMAN",
/// and "fireman" and "man-made" stay. Scripts without spaces between words have no whole words to swap.
class WordSwap {
 public:
  /// "man=woman,he=she". Throws Error (usage) that begins with `option`: no pair, an empty word, one in two
  /// pairs, invalid UTF-8, a control character.
  WordSwap(const std::string& pairs, const std::string& option);

  /// `text` is valid UTF-8.
  std::string operator()(std::string_view text) const;

 private:
  void add(const std::u32string& word, const std::u32string& counterpart, const std::string& option);

  struct Entry {
    std::u32string word;  ///< in lower case
    std::u32string counterpart;
  };
  std::vector<Entry> entries_;  ///< the longest first
};

}  // namespace clip_classify
