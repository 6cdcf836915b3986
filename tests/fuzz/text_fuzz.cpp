// Any text, through every cleaning, WordPiece, CLIP's BPE and the rules of questions: valid UTF-8 out, ids
// within the context, no crash.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include "clip_classify/error.h"
#include "clip_classify/question.h"
#include "clip_classify/text.h"
#include "text/utf8.h"

namespace {

using namespace clip_classify;

constexpr int kContext = 16;

TextSpec wordpiece_spec() {
  TextSpec spec;
  spec.tokenizer_kind = "wordpiece";
  spec.tokenizer_file = "vocab.txt";
  spec.context_length = kContext;
  spec.bos = 101;
  spec.eos = 102;
  spec.pad = 0;
  spec.unk = 100;
  return spec;
}

TextSpec bpe_spec(Cleaning cleaning) {
  TextSpec spec;
  spec.cleaning = cleaning;
  spec.tokenizer_kind = "clip_bpe";
  spec.tokenizer_file = "merges.txt";
  spec.context_length = kContext;
  spec.bos = 516;
  spec.eos = 517;
  return spec;
}

std::filesystem::path bpe_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "fuzz-XXXXXX").string();
  const std::filesystem::path folder = mkdtemp(pattern.data());
  std::ofstream(folder / "merges.txt") << "a t</w>\nc at</w>\nt h\nth e</w>\n";
  return folder;
}

void check(bool holds) {
  if (!holds) std::abort();
}

void check_question(const std::string& text) {
  check(utf8::valid(negation(text)));
  try {
    const auto question = read_question(text);
    check(utf8::valid(statement(question, "cat")));
    check(!default_answers(question).empty());
  } catch (const Error&) {
    check(utf8::trim(text).empty() || text != utf8::printable(text));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::filesystem::path folder = bpe_folder();
  static const auto wordpiece = make_tokenizer(wordpiece_spec(), COMPACT_MODEL);
  static const auto hugging_face = make_tokenizer(bpe_spec(Cleaning::hf_clip), folder);
  static const auto open_clip = make_tokenizer(bpe_spec(Cleaning::open_clip_lower), folder);
  const auto text = utf8::replace_invalid({reinterpret_cast<const char*>(data), size});
  for (const auto cleaning :
       {Cleaning::none, Cleaning::lower, Cleaning::hf_clip, Cleaning::hf_siglip,
        Cleaning::open_clip_whitespace, Cleaning::open_clip_lower, Cleaning::open_clip_canonicalize}) {
    check(utf8::valid(clean(text, cleaning)));
  }
  check_question(text);
  for (const auto* tokenizer : {&wordpiece, &hugging_face, &open_clip}) {
    const auto tokens = (*tokenizer)->encode(text);
    check(tokens.ids.size() >= 2 && tokens.ids.size() <= kContext);
  }
  return 0;
}
