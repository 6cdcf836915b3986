#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clip_classify/error.h"
#include "clip_classify/text.h"
#include "text/scratch_file.h"

namespace clip_classify {
namespace {

using testing::HasSubstr;

using Texts = std::vector<std::string>;

std::vector<std::string> names(const std::vector<Label>& labels) {
  std::vector<std::string> out;
  for (const auto& label : labels) out.push_back(label.name);
  return out;
}

std::vector<Label> from_file(std::string_view content) {
  const ScratchFile file(content);
  return read_labels({.files = {file.path()}});
}

/// The message of the usage error that these options give.
std::string refusal(const LabelOptions& options) {
  try {
    read_labels(options);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(std::string(error.what()).find_first_of("\n\t\x1b"), std::string::npos) << error.what();
    return error.what();
  }
  return "no error";
}

std::string file_refusal(std::string_view content) {
  const ScratchFile file(content);
  return refusal({.files = {file.path()}});
}

TEST(Labels, AddUpFromEveryOption) {
  const ScratchFile file("bird\nfish\n");
  const auto labels =
      read_labels({.lists = {"cat, dog"}, .labels = {"salt, pepper"}, .files = {file.path()}});
  EXPECT_EQ(names(labels), (Texts{"cat", "dog", "salt, pepper", "bird", "fish"}));
  for (const auto& label : labels) EXPECT_EQ(label.texts, Texts{label.name});
}

TEST(Labels, JoinDuplicates) {
  const ScratchFile file(R"({"cat": ["kitten", "cat"], "dog": ["hound", "hound"]})");
  const auto labels = read_labels({.lists = {"cat,cat , cat"}, .files = {file.path()}});
  EXPECT_EQ(names(labels), (Texts{"cat", "dog"}));
  EXPECT_EQ(labels[0].texts, (Texts{"cat", "kitten"}));
  EXPECT_EQ(labels[1].texts, Texts{"hound"});
}

TEST(Labels, ComeALineEach) {
  EXPECT_EQ(names(from_file("\xEF\xBB\xBF"
                            "cat\r\n\r\n  guinea pig \r\n# not a comment, a label\r\nlast")),
            (Texts{"cat", "guinea pig", "# not a comment, a label", "last"}));
}

TEST(Labels, ComeFromAJsonList) {
  EXPECT_EQ(names(from_file("\xEF\xBB\xBF\n [\"cat\", \" caf\\u00e9 \", \"salt, pepper\"]\n")),
            (Texts{"cat", "café", "salt, pepper"}));
}

TEST(Labels, ComeFromAJsonObject) {
  const auto labels =
      from_file(R"({"cat": ["a cat", "a kitten"], "dog": [], "bird": null, "fish": "a fish"})");
  ASSERT_EQ(names(labels), (Texts{"cat", "dog", "bird", "fish"}));
  EXPECT_EQ(labels[0].texts, (Texts{"a cat", "a kitten"}));
  EXPECT_EQ(labels[1].texts, Texts{"dog"});
  EXPECT_EQ(labels[2].texts, Texts{"bird"});
  EXPECT_EQ(labels[3].texts, Texts{"a fish"});
}

TEST(Labels, KeepEveryOneOfTwoEqualKeys) {
  const auto labels = from_file(R"({"cat": ["kitten"], "dog": [], "cat": ["tabby"]})");
  ASSERT_EQ(names(labels), (Texts{"cat", "dog"}));
  EXPECT_EQ(labels[0].texts, (Texts{"kitten", "tabby"}));
}

TEST(Labels, AreRefusedWhenEmpty) {
  EXPECT_THAT(refusal({}), HasSubstr("no labels"));
  EXPECT_EQ(refusal({.lists = {"cat,,dog"}}), "--labels 'cat,,dog': item 2: is empty");
  EXPECT_EQ(refusal({.lists = {"cat,dog,"}}), "--labels 'cat,dog,': item 3: is empty");
  EXPECT_EQ(refusal({.lists = {""}}), "--labels '': item 1: is empty");
  EXPECT_EQ(refusal({.labels = {"\u00A0"}}), "--label '\u00A0': is empty");
  EXPECT_THAT(file_refusal("\n \r\n"), HasSubstr("labels.txt: holds no labels"));
  EXPECT_THAT(file_refusal("[]"), HasSubstr("labels.txt: holds no labels"));
  EXPECT_THAT(file_refusal("{}"), HasSubstr("labels.txt: holds no labels"));
  EXPECT_THAT(file_refusal(R"(["cat", " "])"), HasSubstr("labels.txt: item 2: is empty"));
  EXPECT_THAT(file_refusal(R"({"cat": ["kitten", ""]})"),
              HasSubstr("labels.txt: 'cat': synonym 2: is empty"));
  EXPECT_THAT(file_refusal(R"({"": ["kitten"]})"), HasSubstr("labels.txt: '': is empty"));
}

TEST(Labels, AreRefusedWhenNotUtf8) {
  EXPECT_EQ(refusal({.lists = {"cat,caf\xE9"}}), "--labels $'cat,caf\\351': item 2: not UTF-8: $'caf\\351'");
  EXPECT_EQ(refusal({.labels = {"caf\xE9"}}), "--label $'caf\\351': not UTF-8: $'caf\\351'");
  EXPECT_THAT(file_refusal("cat\ncaf\xE9\n"), HasSubstr("labels.txt:2: not UTF-8: $'caf\\351'"));
  EXPECT_THAT(file_refusal("[\"cat\",\n\"caf\xE9\"]"), HasSubstr("labels.txt:2: not UTF-8"));
  EXPECT_THAT(file_refusal(R"(["\ud800"])"), HasSubstr("broken"));
  EXPECT_THAT(file_refusal(std::string_view("\xFF\xFE"
                                            "c\0a\0t\0",
                                            8)),
              HasSubstr("UTF-16"));
}

TEST(Labels, AreRefusedWithControlCharacters) {
  EXPECT_THAT(refusal({.labels = {"a\nb"}}), HasSubstr("control character"));
  EXPECT_THAT(refusal({.labels = {"a\tb"}}), HasSubstr("control character"));
  EXPECT_THAT(refusal({.labels = {"\x1b[31mred"}}), HasSubstr("control character"));
  EXPECT_THAT(refusal({.labels = {"a\xC2\x9B"
                                  "b"}}),
              HasSubstr("control character"));
  EXPECT_THAT(file_refusal("cat\ndo\tg\n"), HasSubstr("labels.txt:2: holds a control character: $'do\\tg'"));
  EXPECT_THAT(file_refusal(R"(["a\u0000b"])"), HasSubstr("labels.txt: item 1: holds a control character"));
}

TEST(Labels, AreRefusedInBrokenJson) {
  EXPECT_THAT(file_refusal("[\"cat\",\n\"dog\""),
              HasSubstr("labels.txt: starts like JSON but is broken: line 2"));
  EXPECT_THAT(file_refusal("[\"cat\"] x"), HasSubstr("broken: line 1"));
  EXPECT_THAT(file_refusal("[\"cat\", 3]"), HasSubstr("labels.txt: item 2: is not a string"));
  EXPECT_THAT(file_refusal("[[\"cat\"]]"), HasSubstr("item 1: is not a string"));
  EXPECT_THAT(file_refusal("[null]"), HasSubstr("item 1: is not a string"));
  EXPECT_THAT(file_refusal("[{}]"), HasSubstr("item 1: is not a string"));
  EXPECT_THAT(file_refusal(R"({"cat": true})"), HasSubstr("'cat': is not a list of strings"));
  EXPECT_THAT(file_refusal(R"({"cat": {"a": []}})"), HasSubstr("'cat': is not a list of strings"));
  EXPECT_THAT(file_refusal(R"({"cat": [["a"]]})"), HasSubstr("'cat': is not a list of strings"));
  EXPECT_THAT(file_refusal(R"({"cat": [1.5]})"), HasSubstr("'cat': is not a list of strings"));
  EXPECT_THAT(file_refusal(R"({"cat": [null]})"), HasSubstr("'cat': is not a list of strings"));
  EXPECT_THAT(file_refusal(std::string(1'000'000, '[')), HasSubstr("item 1: is not a string"));
  EXPECT_LT(file_refusal("[" + std::string(1'000'000, 'x')).size(), 500U);
}

TEST(Labels, AreRefusedWhenTheFileCannotBeRead) {
  const ScratchFile file("");
  EXPECT_EQ(refusal({.files = {"/no/such.txt"}}), "--labels-file /no/such.txt: No such file or directory");
  EXPECT_THAT(refusal({.files = {file.folder().string()}}), HasSubstr("Is a directory"));
  EXPECT_THAT(refusal({.files = {"/no/a\nb"}}), HasSubstr("$'/no/a\\nb'"));
}

TEST(Labels, MayBeManyAndLong) {
  std::string lines;
  for (int i = 0; i < 200'000; ++i) lines += "label " + std::to_string(i % 100'000) + "\n";
  EXPECT_EQ(from_file(lines).size(), 100'000U);
  std::string json = "{\"cat\": [";
  for (int i = 0; i < 100'000; ++i) json += "\"synonym " + std::to_string(i) + "\",";
  json.back() = ']';
  EXPECT_EQ(from_file(json + "}").front().texts.size(), 100'000U);
  EXPECT_EQ(from_file(std::string(1'000'000, 'a')).front().name.size(), 1'000'000U);
}

}  // namespace
}  // namespace clip_classify
