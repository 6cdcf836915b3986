// The ids our tokenizer gives, for tests/parity/wordpiece_test.py to compare.
//
//   dump_tokens VOCAB CONTEXT [lower] [accents] [chinese] < TEXTS
//
// TEXTS end with NUL each (so none can hold one, and `\N` stands for it; `\\` for a backslash). Prints a line
// of ids for each.
#include <fstream>
#include <iostream>
#include <string>

#include "clip_classify/text.h"

namespace {

std::int64_t line_of(const std::string& token, const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  for (std::int64_t id = 0; std::getline(in, line); ++id) {
    if (line == token) return id;
  }
  return -1;
}

std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
    } else {
      out += text[++i] == 'N' ? '\0' : '\\';
    }
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  clip_classify::TextSpec spec;
  spec.tokenizer_kind = "wordpiece";
  spec.tokenizer_file = argv[1];
  spec.context_length = std::stoi(argv[2]);
  spec.bos = line_of("[CLS]", spec.tokenizer_file);
  spec.eos = line_of("[SEP]", spec.tokenizer_file);
  spec.pad = line_of("[PAD]", spec.tokenizer_file);
  spec.unk = line_of("[UNK]", spec.tokenizer_file);
  spec.lower_case = spec.strip_accents = spec.split_chinese = false;
  for (int i = 3; i < argc; ++i) {
    const std::string word = argv[i];
    (word == "lower" ? spec.lower_case : word == "accents" ? spec.strip_accents : spec.split_chinese) = true;
  }
  const auto tokenizer = clip_classify::make_tokenizer(spec, "");
  std::ios::sync_with_stdio(false);
  for (std::string text; std::getline(std::cin, text, '\0');) {
    const char* separator = "";
    for (const auto id : tokenizer->encode(unescaped(text)).ids) {
      std::cout << separator << id;
      separator = " ";
    }
    std::cout << '\n';
  }
}
