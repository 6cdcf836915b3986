// WordPiece, the tokenizer of BERT and of the models built on it, as Hugging Face's BertTokenizer does it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "clip_classify/text.h"

namespace clip_classify {

class WordPiece : public Tokenizer {
 public:
  /// Reads the vocabulary, a token a line. Throws Error (model) that names `file`: missing, not UTF-8,
  /// special tokens that are absent or have other ids than `spec` says.
  WordPiece(TextSpec spec, const std::filesystem::path& file);

  Tokens encode(std::string_view text) const override;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Ids = std::vector<std::int64_t>;

  void read_vocabulary(const std::filesystem::path& file);
  void check_special_tokens(const std::filesystem::path& file);
  std::optional<std::int64_t> find(std::string_view token) const;

  /// The next special token written out in `text`, and where.
  struct Special {
    std::size_t at = std::string_view::npos;
    std::size_t size = 0;
    std::int64_t id = 0;
  };
  Special find_special(std::string_view text) const;

  /// These append ids and stop early when there are more than `most`.
  void encode_plain(std::string_view text, std::size_t most, Ids& ids) const;
  void encode_chunk(std::string_view chunk, std::size_t most, Ids& ids) const;
  void encode_word(std::string_view word, std::size_t characters, Ids& ids) const;

  std::u32string normalize(std::string_view chunk) const;

  TextSpec spec_;
  std::int64_t bos_ = 0;
  std::int64_t unk_ = 0;
  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> ids_;
  std::vector<std::pair<std::string, std::int64_t>> special_;
  std::size_t longest_ = 0;  ///< bytes of the longest token: longer ones need not be looked up
};

}  // namespace clip_classify
