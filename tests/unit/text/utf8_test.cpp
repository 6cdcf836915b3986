#include "text/utf8.h"

#include <gtest/gtest.h>

namespace clip_classify::utf8 {
namespace {

TEST(Utf8, KnowsWhatIsValid) {
  for (const char* text :
       {"", "abc", "é", "\u732b", "\U0001F408", "\u0800", "\uD7FF", "\uFFFF", "\U0010FFFF"}) {
    EXPECT_TRUE(valid(text)) << text;
  }
  for (const char* bytes :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xC3", "\xE2\x82", "\xF0\x9F\x90"}) {
    EXPECT_FALSE(valid(bytes)) << bytes;
  }
}

// What Python's bytes.decode(errors="replace") gives; R stands for U+FFFD.
TEST(Utf8, ReplacesAsPythonDoes) {
  const auto replaced = [](std::string_view bytes) {
    std::string text = replace_invalid(bytes);
    for (auto at = text.find("\uFFFD"); at != std::string::npos; at = text.find("\uFFFD"))
      text.replace(at, 3, "R");
    return text;
  };
  EXPECT_EQ(replaced("caf\xE9!"), "cafR!");
  EXPECT_EQ(replaced("\xE2\x82"), "R");
  EXPECT_EQ(replaced("\xE2\x82z"), "Rz");
  EXPECT_EQ(replaced("\xF0\x9F\x90z"), "Rz");
  EXPECT_EQ(replaced("\xED\xA0\x80"), "RRR");
  EXPECT_EQ(replaced("\xC0\x80"), "RR");
  EXPECT_EQ(replaced("\xF4\x90\x80\x80"), "RRRR");
  EXPECT_EQ(replaced("\xE0\x80z\xFF\xFE"), "RRzRR");
  EXPECT_EQ(replaced("\xF0\x9F\xC3\xA9"), "Ré");
  EXPECT_EQ(replaced(std::string_view("a\0b", 3)), std::string("a\0b", 3));
}

TEST(Utf8, TrimsEveryWhiteSpace) {
  EXPECT_EQ(trim(" \t\r\n cat \u00A0\u3000"), "cat");
  EXPECT_EQ(trim("\u3000\u732b \u72ac\u3000"), "\u732b \u72ac");
  EXPECT_EQ(trim(" \u2028 "), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("\xFF "), "\xFF");
}

TEST(Utf8, CountsTerminalColumns) {
  EXPECT_EQ(width("cat"), 3);
  EXPECT_EQ(width("\u732b"), 2);
  EXPECT_EQ(width("e\u0301"), 1);
  EXPECT_EQ(width("\U0001F469\u200D\U0001F469\u200D\U0001F467"), 2);
  EXPECT_EQ(width("\U0001F1E9\U0001F1EA"), 2);
  EXPECT_EQ(width("\u1112\u1161\u11AB"), 2);
}

TEST(Utf8, ShortensBetweenCharacters) {
  EXPECT_EQ(shorten("cat", 3), "cat");
  EXPECT_EQ(shorten("cats", 3), "ca…");
  EXPECT_EQ(shorten("\u732b\u732b\u732b", 6), "\u732b\u732b\u732b");
  EXPECT_EQ(shorten("\u732b\u732b\u732b", 5), "\u732b\u732b…");
  EXPECT_EQ(shorten("\u732b\u732b\u732b", 4), "\u732b…");
  EXPECT_EQ(shorten("e\u0301e\u0301e\u0301", 2), "e\u0301…");
  EXPECT_EQ(shorten("\u732b", 1), "…");
  EXPECT_EQ(shorten("", 1), "");
}

TEST(Utf8, ShortensAHeapOfMarks) {
  std::string heap = "a";
  for (int i = 0; i < 500'000; ++i) heap += "\u0301";
  EXPECT_LT(shorten(heap, 60).size(), 3000U);
}

TEST(Utf8, PrintsPathsAsLsDoes) {
  EXPECT_EQ(printable("photos/my cat's.jpg"), "photos/my cat's.jpg");
  EXPECT_EQ(printable("\u732b.jpg"), "\u732b.jpg");
  EXPECT_EQ(printable("a\nb\t\r.jpg"), "$'a\\nb\\t\\r.jpg'");
  EXPECT_EQ(printable("\x1b[31m"), "$'\\033[31m'");
  EXPECT_EQ(printable("caf\xE9 it's \\"), "$'caf\\351 it\\'s \\\\'");
  EXPECT_EQ(printable("\xC2\x9B"), "$'\\302\\233'");
  EXPECT_EQ(quoted("cat"), "'cat'");
  EXPECT_EQ(quoted("a\nb"), "$'a\\nb'");
}

}  // namespace
}  // namespace clip_classify::utf8
