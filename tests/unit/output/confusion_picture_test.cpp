#include "output/confusion_picture.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>

namespace clip_classify {
namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto place = text.find(part); place != std::string::npos; place = text.find(part, place + 1)) {
    ++count;
  }
  return count;
}

TEST(ConfusionPicture, ACellForEachCountThatIsNotZero) {
  const std::vector<std::size_t> counts{3, 1, 0, 2};
  const auto svg = confusion_picture({"cat", "dog"}, counts, "Matrix");
  EXPECT_EQ(count_of(svg, "class=\"right\""), 2U);
  EXPECT_EQ(count_of(svg, "class=\"wrong\""), 1U);
  EXPECT_NE(svg.find("<title>cat given as dog: 1 of 4 (25.0%)</title>"), std::string::npos);
  // The share of its row is the colour's strength: 0.12 + 0.88 * 1 for all of a row.
  EXPECT_EQ(count_of(svg, "fill-opacity=\"1.000\""), 1U);
  EXPECT_EQ(count_of(svg, "fill-opacity=\"0.340\""), 1U);
}

TEST(ConfusionPicture, LabelsCanNotBreakOutOfIt) {
  const auto svg =
      confusion_picture({"</text><script>", "a&\"b\""}, std::vector<std::size_t>{1, 1, 1, 1}, "<m>");
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_NE(svg.find("&lt;/text&gt;&lt;script&gt;"), std::string::npos);
  EXPECT_NE(svg.find("a&amp;&quot;b&quot;"), std::string::npos);
  EXPECT_NE(svg.find("&lt;m&gt;"), std::string::npos);
}

TEST(ConfusionPicture, OfManyLabelsStaysOfOneSizeAndDropsWhatIsTooSmall) {
  const std::size_t count = 400;
  std::vector<std::string> labels;
  std::vector<std::size_t> counts(count * count);
  for (std::size_t label = 0; label < count; ++label) {
    labels.push_back("label " + std::to_string(label));
    counts[label * count + label] = 1;
  }
  const auto svg = confusion_picture(labels, counts, "Matrix");
  const std::string attribute = " width=\"";
  const auto width = svg.find(attribute, svg.find("<svg "));
  ASSERT_NE(width, std::string::npos);
  EXPECT_LT(std::stoi(svg.substr(width + attribute.size())), 1500);
  EXPECT_EQ(count_of(svg, "class=\"right\""), count);
  EXPECT_EQ(count_of(svg, "<text"), 2U);  // the title and the line below it
  EXPECT_EQ(count_of(svg, "label 399 given as label 399"), 1U);
}

}  // namespace
}  // namespace clip_classify
