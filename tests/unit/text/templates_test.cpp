#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clip_classify/error.h"
#include "clip_classify/text.h"
#include "text/scratch_file.h"

namespace clip_classify {
namespace {

using testing::HasSubstr;

std::string refusal(const std::vector<std::string>& templates, const std::vector<std::string>& files) {
  try {
    read_templates(templates, files);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "no error";
}

TEST(Templates, ComeFromOptionsThenFiles) {
  const ScratchFile file(
      "\xEF\xBB\xBF"
      "a drawing of a {}\r\n\r\n{}, a kind of {}\n",
      "templates.txt");
  EXPECT_EQ(read_templates({" a photo of a {} "}, {file.path()}),
            (std::vector<std::string>{"a photo of a {}", "a drawing of a {}", "{}, a kind of {}"}));
  EXPECT_TRUE(read_templates({}, {}).empty());
}

TEST(Templates, AreRefusedWithoutAPlaceForTheLabel) {
  const ScratchFile file("a {}\na photo\n", "templates.txt");
  const ScratchFile empty("\n", "templates.txt");
  EXPECT_EQ(refusal({"a photo"}, {}), "--template 'a photo': has no {} for the label");
  EXPECT_EQ(refusal({""}, {}), "--template '': has no {} for the label");
  EXPECT_THAT(refusal({}, {file.path()}), HasSubstr("templates.txt:2: has no {} for the label"));
  EXPECT_THAT(refusal({}, {empty.path()}), HasSubstr("templates.txt: holds no templates"));
  EXPECT_THAT(refusal({"{} caf\xE9"}, {}), HasSubstr("not UTF-8"));
  EXPECT_THAT(refusal({"a\n{}"}, {}), HasSubstr("control character"));
  EXPECT_THAT(refusal({}, {"/no/such.txt"}), HasSubstr("--templates-file /no/such.txt: No such file"));
}

TEST(Templates, TakeTheLabelInEveryPlace) {
  EXPECT_EQ(fill_template("a photo of a {}", "cat"), "a photo of a cat");
  EXPECT_EQ(fill_template("{}{} and {}", "x"), "xx and x");
  EXPECT_EQ(fill_template("a {}", "{} of {}"), "a {} of {}");
}

}  // namespace
}  // namespace clip_classify
