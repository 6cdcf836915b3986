#include <gtest/gtest.h>

#include "output/memory_sink.h"

namespace clip_classify {
namespace {

const WriterOptions kCsv{.format = Format::csv};
const WriterOptions kTsv{.format = Format::tsv};

using Table = std::vector<std::vector<std::string>>;

/// RFC 4180, read a character at a time.
Table parse_csv(const std::string& text) {
  Table table(1, {""});
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& field = table.back().back();
    if (quoted) {
      if (text[i] != '"') {
        field += text[i];
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        quoted = false;
      }
    } else if (text[i] == '"') {
      EXPECT_TRUE(field.empty());
      quoted = true;
    } else if (text[i] == ',') {
      table.back().emplace_back();
    } else if (text[i] == '\n') {
      table.push_back({""});
    } else {
      field += text[i];
    }
  }
  EXPECT_FALSE(quoted);
  table.pop_back();  // after the last line break
  return table;
}

Table parse_tsv(const std::string& text) {
  Table table(1, {""});
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& field = table.back().back();
    if (text[i] == '\t') {
      table.back().emplace_back();
    } else if (text[i] == '\n') {
      table.push_back({""});
    } else if (text[i] == '\\') {
      const char c = text[++i];
      field += c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
    } else {
      field += text[i];
    }
  }
  table.pop_back();
  return table;
}

TEST(CsvWriter, WritesARowForEachLabel) {
  EXPECT_EQ(written(kCsv, {{"a.jpg", {{"cat", 0.98, 0.31}, {"salt, pepper", 0.02, -0.25}}, {}}}),
            "path,rank,label,score,similarity,error\n"
            "a.jpg,1,cat,0.98,0.31,\n"
            "a.jpg,2,\"salt, pepper\",0.02,-0.25,\n");
}

TEST(CsvWriter, WritesARowForWhatHasNoLabel) {
  EXPECT_EQ(written(kCsv, {failed("b.jpg"), {"c.jpg", {}, {}}}),
            "path,rank,label,score,similarity,error\n"
            "b.jpg,,,,,\"decode: not an image, or damaged\"\n"
            "c.jpg,,,,,\n");
  EXPECT_EQ(written(kCsv, {}), "path,rank,label,score,similarity,error\n");
}

TEST(CsvWriter, LeavesFormulasAsTheyAre) {
  EXPECT_NE(written(kCsv, {{"=1+2.jpg", {}, {}}}).find("\n=1+2.jpg,"), std::string::npos);
}

TEST(TsvWriter, WritesRowsWithoutQuotes) {
  EXPECT_EQ(written(kTsv, {{"a\tb\n\"c\"\\d.jpg", {{"salt, pepper", 0.5, 0.25}}, {}}, failed("b.jpg")}),
            "path\trank\tlabel\tscore\tsimilarity\terror\n"
            "a\\tb\\n\"c\"\\\\d.jpg\t1\tsalt, pepper\t0.5\t0.25\t\n"
            "b.jpg\t\t\t\t\tdecode: not an image, or damaged\n");
}

TEST(Tables, GiveEveryPathBackByteForByte) {
  std::vector<Record> records;
  for (const auto& path : awkward_paths())
    records.push_back({path, {{"a \"label\", here", 1.0 / 3, 1e-9}}, {}});
  const Table csv = parse_csv(written(kCsv, records));
  const Table tsv = parse_tsv(written(kTsv, records));
  EXPECT_EQ(csv, tsv);
  ASSERT_EQ(csv.size(), records.size() + 1);
  for (std::size_t i = 0; i < records.size(); ++i) {
    ASSERT_EQ(csv[i + 1].size(), 6U);
    EXPECT_EQ(csv[i + 1][0], records[i].path);
    EXPECT_EQ(csv[i + 1][2], "a \"label\", here");
    EXPECT_EQ(std::stod(csv[i + 1][3]), 1.0 / 3);
    EXPECT_EQ(std::stod(csv[i + 1][4]), 1e-9);
  }
}

}  // namespace
}  // namespace clip_classify
