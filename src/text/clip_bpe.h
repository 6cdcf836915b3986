// CLIP's byte-pair encoding (Radford et al. 2021; Sennrich et al. 2016), as open_clip and Hugging Face do it.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "clip_classify/text.h"

namespace clip_classify {

class ClipBpe : public Tokenizer {
 public:
  /// `file`: a merge a line, "left right", in order of rank. Ids are those of the 256 bytes, the bytes at a
  /// word's end, the merges, begin, end. Throws Error (model) that names file and line: missing, not UTF-8,
  /// not two known symbols, a merge made before, ids of begin and end other than `spec` says.
  ClipBpe(TextSpec spec, const std::filesystem::path& file);

  /// `text` is cleaned. Tokens::unknown counts single bytes of characters outside ASCII: the vocabulary
  /// spells every text, but knows of such a character only what its bytes meant in other words.
  Tokens encode(std::string_view text) const override;

 private:
  using Ids = std::vector<std::int64_t>;

  /// A special token written out at the front of a text; size 0 when there is none.
  struct Special {
    std::size_t size = 0;
    std::int64_t id = 0;
  };
  Special special_at_front(std::string_view text) const;

  void read_merges(const std::filesystem::path& file);
  void encode_word(std::string_view word, Ids& ids) const;
  /// Appends ids and stops early when there are more than `most`.
  void encode_plain(std::string_view text, std::size_t most, Ids& ids) const;

  TextSpec spec_;
  std::int64_t bos_ = 0;
  std::string begin_token_;
  std::string end_token_;
  bool specials_first_ = false;  ///< Hugging Face splits at special tokens before anything else
  std::array<std::int64_t, 256> byte_ids_{};
  std::unordered_map<std::uint64_t, std::int64_t> merges_;  ///< of two ids, to the id they make
};

}  // namespace clip_classify
