#include "clip_classify/error.h"
#include "clip_classify/text.h"
#include "text/clip_bpe.h"
#include "text/sentencepiece.h"
#include "text/utf8.h"
#include "text/wordpiece.h"

namespace clip_classify {
namespace {

/// Cleans each text before another tokenizer sees it.
class CleaningTokenizer : public Tokenizer {
 public:
  CleaningTokenizer(Cleaning cleaning, std::unique_ptr<Tokenizer> tokenizer)
      : cleaning_(cleaning), tokenizer_(std::move(tokenizer)) {}

  Tokens encode(std::string_view text) const override { return tokenizer_->encode(clean(text, cleaning_)); }

 private:
  Cleaning cleaning_;
  std::unique_ptr<Tokenizer> tokenizer_;
};

std::unique_ptr<Tokenizer> make_plain(const TextSpec& spec, const std::filesystem::path& model_folder) {
  const std::filesystem::path file = model_folder / spec.tokenizer_file;
  if (spec.tokenizer_kind == "wordpiece") return std::make_unique<WordPiece>(spec, file);
  if (spec.tokenizer_kind == "clip_bpe") return std::make_unique<ClipBpe>(spec, file);
  if (spec.tokenizer_kind == "sentencepiece") return std::make_unique<SentencePiece>(spec, file);
  throw model_error(utf8::printable((model_folder / "model.json").string()) +
                    ": this version knows no tokenizer kind " + utf8::printable(spec.tokenizer_kind) +
                    " (only wordpiece, clip_bpe and sentencepiece)");
}

}  // namespace

std::unique_ptr<Tokenizer> make_tokenizer(const TextSpec& spec, const std::filesystem::path& model_folder) {
  auto tokenizer = make_plain(spec, model_folder);
  if (spec.cleaning == Cleaning::none) return tokenizer;
  return std::make_unique<CleaningTokenizer>(spec.cleaning, std::move(tokenizer));
}

}  // namespace clip_classify
