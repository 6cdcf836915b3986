#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "output/memory_sink.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using testing::HasSubstr;
using testing::Not;

const Record kCatRecord{"cat.jpg", {{"cat", 0.75, 0.3}, {"guinea pig", 0.2, 0.2}, {"dog", 0.05, 0.1}}, {}};

TEST(TextWriter, ShowsOneImageAsATable) {
  EXPECT_EQ(written({.single = true}, {kCatRecord}),
            "cat          75.0%  ██████████████████████▌\n"
            "guinea pig   20.0%  ██████\n"
            "dog           5.0%  █▌\n");
}

TEST(TextWriter, ShowsSeveralImagesUnderTheirNames) {
  EXPECT_EQ(written({}, {{"a.jpg", {{"cat", 1.0, 0.3}}, {}}, failed("b.jpg"), {"c.jpg", {}, {}}}),
            "a.jpg\n"
            "  cat  100.0%  ██████████████████████████████\n"
            "\n"
            "c.jpg\n"
            "  (no label above the threshold)\n");
  EXPECT_EQ(written({}, {failed("b.jpg")}), "");
}

TEST(TextWriter, ShowsOtherScoresAsNumbers) {
  EXPECT_EQ(
      written({.percent = false, .single = true}, {{"a", {{"cat", 31.25, 0.3}, {"dog", -2.5, 0.1}}, {}}}),
      "cat  31.2500\n"
      "dog  -2.5000\n");
}

TEST(TextWriter, AlignsByTerminalColumns) {
  const std::string text = written({.percent = false, .single = true},
                                   {{"a", {{"猫", 3, 0}, {"cafe\u0301", 2, 0}, {"x", 1, 0}}, {}}});
  EXPECT_EQ(text,
            "猫    3.0000\n"
            "cafe\u0301  2.0000\n"
            "x     1.0000\n");
}

TEST(TextWriter, ColorsNamesAndTheBestLabel) {
  const std::string text = written({.color = true}, {kCatRecord});
  EXPECT_THAT(text, HasSubstr("\x1b[1mcat.jpg\x1b[0m\n"));
  EXPECT_THAT(text, HasSubstr("  \x1b[1;32mcat          75.0%\x1b[0m  "));
  EXPECT_THAT(text, HasSubstr("\n  guinea pig   20.0%  "));
}

TEST(TextWriter, SendsNoControlCharacterToTheTerminal) {
  for (const auto& path : awkward_paths()) {
    const std::string text = written({}, {{path,
                                           {{"la\x1b[2J\xC2\x9B"
                                             "bel\n",
                                             1, 1}},
                                           {}}});
    EXPECT_TRUE(utf8::valid(text));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\xC2\x9B")));
    EXPECT_THAT(text, Not(HasSubstr("\r")));
  }
}

TEST(TextWriter, FitsTheTerminal) {
  const Record record{
      "a", {{std::string(10'000, 'w'), 0.9, 0}, {"猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫", 0.1, 0}}, {}};
  for (const int columns : {200, 100, 80, 60, 40, 30, 20}) {
    std::istringstream lines(written({.single = true, .columns = columns}, {record}));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(utf8::width(line), columns) << line;
  }
  EXPECT_FALSE(written({.columns = 0}, {record}).empty());
  EXPECT_THAT(written({}, {record}), HasSubstr("www…"));
}

TEST(TextWriter, RunsNoBarPastItsEnds) {
  EXPECT_EQ(written({.single = true}, {{"a", {{"x", 0.0, 0}}, {}}}), "x    0.0%\n");
  EXPECT_EQ(written({.single = true}, {{"a", {{"x", 1e-9, 0}}, {}}}), "x    0.0%\n");
}

}  // namespace
}  // namespace clip_classify
