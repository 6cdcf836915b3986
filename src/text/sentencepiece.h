// SentencePiece (Kudo and Richardson 2018), Unigram and BPE, by its own library.
#pragma once

#include <filesystem>
#include <memory>

#include "clip_classify/text.h"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace clip_classify {

class SentencePiece : public Tokenizer {
 public:
  /// Throws Error (model) that names `file`: missing, not a SentencePiece model, an unknown token other than
  /// `spec` says.
  SentencePiece(TextSpec spec, const std::filesystem::path& file);
  ~SentencePiece() override;

  /// Tokens::unknown also counts the bytes that a model with byte fallback spells unknown characters in.
  Tokens encode(std::string_view text) const override;

 private:
  std::int64_t id_of(int piece) const;

  TextSpec spec_;
  std::int64_t unk_ = 0;
  std::unique_ptr<sentencepiece::SentencePieceProcessor> processor_;
};

}  // namespace clip_classify
