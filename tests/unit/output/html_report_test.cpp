#include "output/html_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "memory_sink.h"
#include "output/report_page.h"

namespace clip_classify {
namespace {

using Json = nlohmann::json;

std::string page_of(const std::vector<ReportCard>& cards, const std::string& title = "Photos") {
  MemorySink sink;
  HtmlReport report(sink);
  for (const auto& card : cards) {
    report.add(card);
  }
  report.end({title, {"model compact"}, true});
  return sink.all;
}

/// What the script elements that open like this hold.
std::vector<Json> data_of(const std::string& page, const std::string& opening) {
  std::vector<Json> found;
  for (auto place = page.find(opening); place != std::string::npos; place = page.find(opening, place + 1)) {
    const auto begin = place + opening.size();
    found.push_back(Json::parse(page.substr(begin, page.find("</script>", begin) - begin)));
  }
  return found;
}

Json cards_of(const std::string& page) {
  Json all = Json::array();
  for (const auto& block : data_of(page, R"(<script type="application/json" class="images">)")) {
    all.insert(all.end(), block.begin(), block.end());
  }
  return all;
}

TEST(HtmlReport, HoldsWhatItWasGiven) {
  const auto page =
      page_of({{{"a.jpg", {{"cat", 0.75, 0.3}, {"dog", 0.25, 0.2}}}, {{"dog"}}, "JPEG"}, {failed("b.jpg")}});
  const auto cards = cards_of(page);
  ASSERT_EQ(cards.size(), 2U);
  EXPECT_EQ(cards[0]["label"], "cat");
  EXPECT_EQ(cards[0]["labels"][1]["score"], 0.25);
  EXPECT_EQ(cards[0]["truth"], Json({"dog"}));
  EXPECT_EQ(cards[0]["picture"], "data:image/jpeg;base64,SlBFRw==");
  EXPECT_EQ(cards[1]["error"]["code"], "decode");
  EXPECT_FALSE(cards[1].contains("truth"));
  EXPECT_FALSE(cards[1].contains("picture"));
  const auto run = data_of(page, R"(<script type="application/json" id="run">)");
  ASSERT_EQ(run.size(), 1U);
  EXPECT_EQ(run[0], Json({{"title", "Photos"}, {"facts", {"model compact"}}, {"percent", true}}));
}

TEST(HtmlReport, NothingInItsDataIsHtml) {
  const std::string hostile = "</script><!--<script>alert('&amp;')\xE2\x80\xA8\xFF\"";
  const auto page = page_of({{{hostile, {{hostile, 0.5, 0.1}}}, {{hostile}}, ""}}, hostile);
  const auto begin = page.find("<script type=\"application/json\"");
  const auto data = page.substr(begin, page.find(kReportJs) - begin);
  for (std::size_t place = 0; (place = data.find('<', place)) != std::string::npos; ++place) {
    EXPECT_TRUE(data.compare(place, 8, "<script ") == 0 || data.compare(place, 9, "</script>") == 0 ||
                data.compare(place, 8, "<script>") == 0)
        << data.substr(place, 20);
  }
  EXPECT_EQ(data.find('&'), std::string::npos);
  EXPECT_TRUE(std::ranges::all_of(data, [](unsigned char c) { return c < 0x7F; }));
  const std::string repaired = "</script><!--<script>alert('&amp;')\xE2\x80\xA8\xEF\xBF\xBD\"";
  EXPECT_EQ(cards_of(page)[0]["path"], repaired);
  EXPECT_EQ(cards_of(page)[0]["label"], repaired);
  EXPECT_EQ(cards_of(page)[0]["truth"][0], repaired);
}

TEST(HtmlReport, KeepsAwkwardPathsAndManyImages) {
  std::vector<ReportCard> cards;
  for (int number = 0; number < 150; ++number) {
    cards.push_back({{std::to_string(number) + awkward_paths()[number % awkward_paths().size()], {}}});
  }
  const auto page = page_of(cards);
  const auto read = cards_of(page);
  ASSERT_EQ(read.size(), cards.size());
  for (std::size_t index = 0; index < cards.size(); ++index) {
    EXPECT_TRUE(read[index]["path"] == cards[index].record.path || read[index].contains("path_base64"));
  }
  EXPECT_EQ(data_of(page, R"(<script type="application/json" class="images">)").size(), 3U);
}

TEST(HtmlReport, APageWithoutImagesIsWhole) {
  const auto page = page_of({});
  EXPECT_EQ(cards_of(page).size(), 0U);
  EXPECT_TRUE(page.ends_with("</html>\n"));
  EXPECT_EQ(page.find("{{"), std::string::npos);
  EXPECT_NE(page.find("default-src 'none'; img-src data:; style-src 'sha256-"), std::string::npos);
}

}  // namespace
}  // namespace clip_classify
