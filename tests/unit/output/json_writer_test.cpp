#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "output/memory_sink.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using nlohmann::json;

const WriterOptions kJson{.format = Format::json};
const WriterOptions kJsonl{.format = Format::jsonl};

std::string from_base64(const std::string& text) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = (bits << 6) | static_cast<unsigned>(digits.find(c));
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(bits >> count);
    }
  }
  return bytes;
}

TEST(JsonlWriter, WritesTheKeysOfTheContractInOrder) {
  EXPECT_EQ(
      written(kJsonl, {{"a.jpg", {{"cat", 0.98, 0.31}, {"dog", 0.02, 0.25}}, {}}}),
      R"({"path":"a.jpg","label":"cat","score":0.98,"labels":[)"
      R"({"label":"cat","score":0.98,"similarity":0.31},{"label":"dog","score":0.02,"similarity":0.25}]})"
      "\n");
}

TEST(JsonlWriter, KeepsThePlaceOfAFailedImage) {
  EXPECT_EQ(written(kJsonl, {failed("b.jpg")}),
            R"({"path":"b.jpg","error":{"code":"decode","message":"not an image, or damaged"}})"
            "\n");
}

TEST(JsonlWriter, SaysThatNoLabelWasLeft) {
  EXPECT_EQ(written(kJsonl, {{"c.jpg", {}, {}}}), R"({"path":"c.jpg","label":null,"score":null,"labels":[]})"
                                                  "\n");
}

TEST(JsonlWriter, WritesNothingForNothing) {
  EXPECT_EQ(written(kJsonl, {}), "");
}

TEST(JsonlWriter, GivesEveryPathBackOnALineOfItsOwn) {
  std::vector<Record> records;
  for (const auto& path : awkward_paths()) records.push_back({path, {{"x", 1.0, 1.0}}, {}});
  std::istringstream lines(written(kJsonl, records));
  std::string line;
  for (const auto& path : awkward_paths()) {
    ASSERT_TRUE(std::getline(lines, line));
    EXPECT_TRUE(utf8::valid(line));
    const json object = json::parse(line);
    EXPECT_EQ(object["path"], utf8::replace_invalid(path));
    EXPECT_EQ(object.contains("path_base64"), !utf8::valid(path));
    EXPECT_EQ(from_base64(object.value("path_base64", "")), utf8::valid(path) ? "" : path);
  }
  EXPECT_FALSE(std::getline(lines, line));
}

TEST(JsonlWriter, PutsTheExactPathAfterTheReadableOne) {
  EXPECT_TRUE(written(kJsonl, {failed("\xFF")})
                  .starts_with("{\"path\":\"\uFFFD\",\"path_base64\":\"/w==\",\"error\""));
}

TEST(JsonlWriter, RepairsMessagesAndLabels) {
  const Record record{"a", {}, input_error("missing", "caf\xE9 is missing")};
  EXPECT_EQ(json::parse(written(kJsonl, {record}))["error"]["message"], "caf\uFFFD is missing");
  EXPECT_EQ(json::parse(written(kJsonl, {{"a", {{"caf\xE9", 1, 1}}, {}}}))["label"], "caf\uFFFD");
}

TEST(JsonlWriter, RoundsNoNumber) {
  for (const double number : {0.1, 1.0 / 3, 1e-300, 4.9e-324, -0.31415926535897931, 100.0, 1 - 1e-16}) {
    const json object = json::parse(written(kJsonl, {{"a", {{"x", number, -number}}, {}}}));
    EXPECT_EQ(object["score"].get<double>(), number);
    EXPECT_EQ(object["labels"][0]["similarity"].get<double>(), -number);
  }
}

TEST(JsonlWriter, RefusesWhatIsNoNumber) {
  for (const double number :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    for (const Format format : {Format::json, Format::jsonl, Format::csv, Format::tsv, Format::text}) {
      EXPECT_THROW(written({.format = format}, {{"a", {{"x", number, 0}}, {}}}), Error);
    }
  }
}

TEST(JsonWriter, WritesOneArray) {
  EXPECT_EQ(written(kJson, {}), "[]\n");
  EXPECT_EQ(written(kJson, {{"c.jpg", {}, {}}, failed("b.jpg")}),
            "[\n"
            R"({"path":"c.jpg","label":null,"score":null,"labels":[]},)"
            "\n"
            R"({"path":"b.jpg","error":{"code":"decode","message":"not an image, or damaged"}})"
            "\n]\n");
}

TEST(JsonWriter, HoldsTheObjectsOfJsonl) {
  std::vector<Record> records;
  for (const auto& path : awkward_paths()) records.push_back({path, {{"x", 0.5, 0.25}}, {}});
  const json array = json::parse(written(kJson, records));
  std::istringstream lines(written(kJsonl, records));
  for (const auto& object : array) {
    std::string line;
    ASSERT_TRUE(std::getline(lines, line));
    EXPECT_EQ(object, json::parse(line));
  }
  EXPECT_EQ(array.size(), records.size());
}

}  // namespace
}  // namespace clip_classify
