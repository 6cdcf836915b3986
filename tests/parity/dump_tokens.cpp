// What our tokenizers give, for the token tests here to compare with Python.
//
//   dump_tokens clean CLEANING < TEXTS                        -> cleaned texts, written as TEXTS are
//   dump_tokens KIND FILE CONTEXT [KEY=VALUE]... < TEXTS      -> a line of ids for each text
//
// KEY=VALUE: cleaning=NAME bos=ID eos=ID pad=ID unk=ID lower=1 accents=1 chinese=1 fairseq=1. TEXTS end with
// NUL each (so none can hold one, and `\N` stands for it; `\\` for a backslash).
#include <iostream>
#include <map>
#include <string>

#include "clip_classify/text.h"
#include "escapes.h"

namespace {

using clip_classify::Cleaning;

const std::map<std::string, Cleaning> kCleanings{
    {"none", Cleaning::none},
    {"lower", Cleaning::lower},
    {"hf_clip", Cleaning::hf_clip},
    {"hf_siglip", Cleaning::hf_siglip},
    {"open_clip_whitespace", Cleaning::open_clip_whitespace},
    {"open_clip_lower", Cleaning::open_clip_lower},
    {"open_clip_canonicalize", Cleaning::open_clip_canonicalize},
};

clip_classify::TextSpec spec_from(int argc, char** argv) {
  clip_classify::TextSpec spec;
  spec.tokenizer_kind = argv[1];
  spec.tokenizer_file = argv[2];
  spec.context_length = std::stoi(argv[3]);
  spec.lower_case = spec.strip_accents = spec.split_chinese = false;
  for (int i = 4; i < argc; ++i) {
    const std::string setting = argv[i];
    const auto equals = setting.find('=');
    const auto key = setting.substr(0, equals);
    const auto value = setting.substr(equals + 1);
    if (key == "cleaning") {
      spec.cleaning = kCleanings.at(value);
    } else if (key == "bos") {
      spec.bos = std::stoll(value);
    } else if (key == "eos") {
      spec.eos = std::stoll(value);
    } else if (key == "pad") {
      spec.pad = std::stoll(value);
    } else if (key == "unk") {
      spec.unk = std::stoll(value);
    } else if (key == "lower") {
      spec.lower_case = true;
    } else if (key == "accents") {
      spec.strip_accents = true;
    } else if (key == "chinese") {
      spec.split_chinese = true;
    } else if (key == "fairseq") {
      spec.fairseq_ids = true;
    } else {
      throw std::invalid_argument("no setting " + key);
    }
  }
  return spec;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  if (argc == 3) {
    for (std::string text; std::getline(std::cin, text, '\0');) {
      for (const char c : clip_classify::clean(unescaped(text), kCleanings.at(argv[2]))) {
        if (c == '\0') {
          std::cout << "\\N";
        } else {
          std::cout << (c == '\\' ? "\\" : "") << c;
        }
      }
      std::cout << '\0';
    }
    return 0;
  }
  const auto tokenizer = clip_classify::make_tokenizer(spec_from(argc, argv), "");
  for (std::string text; std::getline(std::cin, text, '\0');) {
    const char* separator = "";
    for (const auto id : tokenizer->encode(unescaped(text)).ids) {
      std::cout << separator << id;
      separator = " ";
    }
    std::cout << '\n';
  }
}
