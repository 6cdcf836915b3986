#include "clip_classify/error.h"
#include "clip_classify/text.h"
#include "text/utf8.h"
#include "text/wordpiece.h"

namespace clip_classify {

std::unique_ptr<Tokenizer> make_tokenizer(const TextSpec& spec, const std::filesystem::path& model_folder) {
  const std::filesystem::path file = model_folder / spec.tokenizer_file;
  if (spec.tokenizer_kind == "wordpiece") return std::make_unique<WordPiece>(spec, file);
  throw model_error(utf8::printable((model_folder / "model.json").string()) +
                    ": this version knows no tokenizer kind " + utf8::printable(spec.tokenizer_kind) +
                    " (only wordpiece)");
}

}  // namespace clip_classify
