// What Hugging Face's BertTokenizer gives for a small vocabulary; tests/parity/wordpiece_test.py compares
// with the library itself.
#include "text/wordpiece.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "clip_classify/error.h"
#include "text/scratch_file.h"

namespace clip_classify {
namespace {

using testing::HasSubstr;
using Ids = std::vector<std::int64_t>;

constexpr std::string_view kVocabulary =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n"                 // 0
    "cat\n##s\na\n##b\ncafe\n,\n!\n猫\n犬\nça\nstrasse\n"  // 5
    "##i\nσ\n##ς\n##σ\n";                                  // 16

TextSpec spec() {
  TextSpec spec;
  spec.tokenizer_kind = "wordpiece";
  spec.tokenizer_file = "vocab.txt";
  spec.pad = 0;
  spec.unk = 1;
  spec.bos = 2;
  spec.eos = 3;
  spec.context_length = 16;
  return spec;
}

Tokens encode(std::string_view text, const TextSpec& with = spec()) {
  const ScratchFile file(kVocabulary, "vocab.txt");
  return make_tokenizer(with, file.folder())->encode(text);
}

std::string refusal(const TextSpec& with, std::string_view vocabulary) {
  const ScratchFile file(vocabulary, "vocab.txt");
  try {
    make_tokenizer(with, file.folder());
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    return error.what();
  }
  return "no error";
}

TEST(WordPiece, SplitsWordsGreedily) {
  EXPECT_EQ(encode("cat cats abs").ids, (Ids{2, 5, 5, 6, 7, 8, 6, 3}));
  EXPECT_EQ(encode("").ids, (Ids{2, 3}));
  EXPECT_EQ(encode(" \t\u3000 ").ids, (Ids{2, 3}));
}

TEST(WordPiece, CountsUnknownWords) {
  const Tokens tokens = encode("cat dog catx a");
  EXPECT_EQ(tokens.ids, (Ids{2, 5, 1, 1, 7, 3}));
  EXPECT_EQ(tokens.unknown, 2);
  EXPECT_FALSE(tokens.truncated);
}

TEST(WordPiece, TakesPunctuationAndIdeographsAsWords) {
  EXPECT_EQ(encode("cat,cat!").ids, (Ids{2, 5, 10, 5, 11, 3}));
  EXPECT_EQ(encode("猫犬cat").ids, (Ids{2, 12, 13, 5, 3}));
  TextSpec joined = spec();
  joined.split_chinese = false;
  EXPECT_EQ(encode("猫犬", joined).ids, (Ids{2, 1, 3}));
}

TEST(WordPiece, CleansText) {
  EXPECT_EQ(encode(std::string_view("c\0a\x01t\u200B\uFFFD\u00AD", 12)).ids, (Ids{2, 5, 3}));
  EXPECT_EQ(encode("cat\u00A0cat\u3000cat\ncat").ids, (Ids{2, 5, 5, 5, 5, 3}));
  EXPECT_EQ(encode("c\x0b"
                   "at")
                .ids,
            (Ids{2, 5, 3}));  // a control character before it is a space
}

TEST(WordPiece, LowersAndStripsAccents) {
  EXPECT_EQ(encode("CAFÉ cafe\u0301 CAT").ids, (Ids{2, 9, 9, 5, 3}));
  EXPECT_EQ(encode("aİ").ids, (Ids{2, 7, 16, 3}));
  EXPECT_EQ(encode("ΣΣ").ids, (Ids{2, 17, 19, 3}));  // no final sigma
  TextSpec accents = spec();
  accents.strip_accents = false;
  EXPECT_EQ(encode("Ça café", accents).ids, (Ids{2, 14, 1, 3}));
  TextSpec cased = spec();
  cased.lower_case = cased.strip_accents = false;
  EXPECT_EQ(encode("cat Cat", cased).ids, (Ids{2, 5, 1, 3}));
}

TEST(WordPiece, KeepsSpecialTokensThatAreWrittenOut) {
  EXPECT_EQ(encode("cat[MASK]cat [SEP]").ids, (Ids{2, 5, 4, 5, 3, 3}));
  EXPECT_EQ(encode("[mask]").ids, (Ids{2, 1, 1, 1, 3}));
}

TEST(WordPiece, CallsWordsOfMoreThan100CharactersUnknown) {
  TextSpec wide = spec();
  wide.context_length = 200;
  EXPECT_EQ(encode("a" + std::string(99, 'b'), wide).ids.size(), 102U);
  EXPECT_EQ(encode("a" + std::string(100, 'b'), wide).ids, (Ids{2, 1, 3}));
}

TEST(WordPiece, CutsAtTheContextAndKeepsTheEnd) {
  TextSpec narrow = spec();
  narrow.context_length = 4;
  EXPECT_EQ(encode("cat a", narrow).ids, (Ids{2, 5, 7, 3}));
  EXPECT_FALSE(encode("cat a", narrow).truncated);
  EXPECT_EQ(encode("cat a dog", narrow).ids, (Ids{2, 5, 7, 3}));
  EXPECT_TRUE(encode("cat a dog", narrow).truncated);
  EXPECT_EQ(encode("cat a dog", narrow).unknown, 0);
  EXPECT_TRUE(encode("a" + std::string(90, 'b'), narrow).truncated);
}

TEST(WordPiece, IsQuickWithAMegabyte) {
  std::string marks = "a";
  for (int i = 0; i < 250'000; ++i) marks += "\u0323\u0301";
  std::string words;
  for (int i = 0; i < 250'000; ++i) words += "cat ";
  std::string brackets(1'000'000, '[');
  const auto start = std::chrono::steady_clock::now();
  for (const auto& text :
       {marks, words, brackets, std::string(1'000'000, 'a'), std::string(1'000'000, ' ')}) {
    EXPECT_GE(encode(text).ids.size(), 2U);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(WordPiece, ReadsAVocabularyWithWindowsLineBreaks) {
  const ScratchFile file("[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\ncat\r\n", "vocab.txt");
  EXPECT_EQ(make_tokenizer(spec(), file.folder())->encode("cat").ids, (Ids{2, 4, 3}));
}

TEST(WordPiece, RefusesWhatIsNoVocabulary) {
  EXPECT_THAT(refusal(spec(), "cat\ndog\n"), HasSubstr("vocab.txt: has no [CLS]"));
  EXPECT_THAT(refusal(spec(), ""), HasSubstr("vocab.txt: has no [CLS]"));
  EXPECT_THAT(refusal(spec(), "[PAD]\n[UNK]\n\xFF\n"), HasSubstr("vocab.txt:3: not UTF-8"));
  TextSpec other = spec();
  other.bos = 101;
  EXPECT_THAT(refusal(other, kVocabulary), HasSubstr("vocab.txt: has [CLS] at 2, but the manifest says 101"));
  other = spec();
  other.tokenizer_file = "none.txt";
  EXPECT_THAT(refusal(other, kVocabulary), HasSubstr("none.txt: the tokenizer's vocabulary can't be read"));
  other = spec();
  other.tokenizer_kind = "bpe";
  EXPECT_THAT(refusal(other, kVocabulary), HasSubstr("model.json: this version knows no tokenizer kind bpe"));
}

}  // namespace
}  // namespace clip_classify
