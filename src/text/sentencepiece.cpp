#include "text/sentencepiece.h"

#include <sentencepiece_processor.h>

#include "clip_classify/error.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

constexpr int kFairseqOffset = 1;  // <s>, <pad>, </s>, <unk> in place of <unk>, <s>, </s>
constexpr int kSilent = 3;         // of the library's log levels

}  // namespace

SentencePiece::SentencePiece(TextSpec spec, const std::filesystem::path& file)
    : spec_(std::move(spec)), processor_(std::make_unique<sentencepiece::SentencePieceProcessor>()) {
  sentencepiece::SetMinLogLevel(kSilent);
  const std::string name = utf8::printable(file.string());
  if (!std::filesystem::is_regular_file(file)) {
    throw model_error(name + ": the tokenizer's model can't be read");
  }
  const auto loaded = processor_->Load(file.string());
  if (!loaded.ok()) {
    throw model_error(name + ": not a SentencePiece model; copy the model folder again");
  }
  if (!spec_.unk) {
    throw model_error(name + ": SentencePiece needs unk in the manifest");
  }
  unk_ = spec_.unk.value_or(0);
  if (!spec_.fairseq_ids && processor_->unk_id() != unk_) {
    throw model_error(name + ": has its unknown token at " + std::to_string(processor_->unk_id()) +
                      ", but the manifest says " + std::to_string(unk_));
  }
}

SentencePiece::~SentencePiece() = default;

std::int64_t SentencePiece::id_of(int piece) const {
  if (processor_->IsUnknown(piece)) return unk_;
  return spec_.fairseq_ids ? piece + kFairseqOffset : piece;
}

Tokens SentencePiece::encode(std::string_view text) const {
  std::vector<int> pieces;
  const auto done = processor_->Encode(text, &pieces);
  if (!done.ok()) throw model_error("SentencePiece can't encode " + utf8::quoted(text));

  const std::size_t most = static_cast<std::size_t>(spec_.context_length) - (spec_.bos ? 2 : 1);
  Tokens tokens;
  tokens.truncated = pieces.size() > most;
  if (tokens.truncated) pieces.resize(most);
  if (spec_.bos) tokens.ids.push_back(*spec_.bos);
  for (const int piece : pieces) {
    tokens.unknown += processor_->IsUnknown(piece) || processor_->IsByte(piece) ? 1 : 0;
    tokens.ids.push_back(id_of(piece));
  }
  tokens.ids.push_back(spec_.eos);
  return tokens;
}

std::string sentencepiece_version() {
  return CLIP_CLASSIFY_SENTENCEPIECE_VERSION;
}

}  // namespace clip_classify
