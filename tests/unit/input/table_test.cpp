#include "clip_classify/table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "pair_columns.h"
#include "scratch.h"

namespace clip_classify {
namespace {

using test::pair_columns;
using test::PipedInput;
using test::Scratch;

using Rows = std::vector<std::vector<std::string>>;
using Values = std::vector<std::string>;

Rows texts_of(Table& table) {
  Rows rows;
  while (const auto row = table.next()) {
    rows.push_back({row->text(0), row->text(1)});
  }
  return rows;
}

/// The images and texts in a table of that name and content.
Rows read(const std::string& name, std::string_view content) {
  const Scratch scratch;
  Table table(scratch.file(name, content), pair_columns());
  return texts_of(table);
}

/// The list of the first row.
Values references(const std::string& name, std::string_view content) {
  const Scratch scratch;
  return Table(scratch.file(name, content), pair_columns()).next()->list(2);
}

TEST(TableCsv, FieldsAsRfc4180HasThem) {
  EXPECT_EQ(read("a.csv",
                 "text,id,image\n"
                 "a cat,1,a.jpg\r\n"
                 "\"one, two\",2,\"b.jpg\"\n"
                 "\"a \"\"big\"\" dog\",3, c.jpg\n"
                 "\"two\r\nlines\nhere\",,\"d.jpg\"\r\n"
                 "\"\"\"\",4,e.jpg"),
            (Rows{{"a.jpg", "a cat"},
                  {"b.jpg", "one, two"},
                  {" c.jpg", "a \"big\" dog"},
                  {"d.jpg", "two\r\nlines\nhere"},
                  {"e.jpg", "\""}}));
}

TEST(TableCsv, ByteOrderMarkEmptyLinesAndSpaceAroundNamesAreDropped) {
  EXPECT_EQ(read("a.csv", "\xEF\xBB\xBF\r\n\nimage , text\n\na.jpg,x\r\n\r\n\nb.jpg,y\n\n"),
            (Rows{{"a.jpg", "x"}, {"b.jpg", "y"}}));
}

TEST(TableCsv, TheFirstOfAColumnsNamesIsTaken) {
  EXPECT_EQ(read("a.csv", "path,text,image\np,x,i\n"), (Rows{{"i", "x"}}));
  EXPECT_EQ(read("a.csv", "path,text\np,x\n"), (Rows{{"p", "x"}}));
}

TEST(TableCsv, WhatIsNotRequiredMayBeEmptyOrMissing) {
  const Scratch scratch;
  Table with(scratch.file("a.csv", "image,text,references,,\na.jpg,x, ,,\n"), pair_columns());
  EXPECT_TRUE(with.has(2));
  EXPECT_TRUE(with.next()->list(2).empty());
  Table without(scratch.file("b.csv", "image,text\na.jpg,x\n"),
                {{{"image"}}, {{"text"}}, {{"id"}, false}, {{"references"}, false, true}});
  EXPECT_FALSE(without.has(2));
  const auto row = without.next();
  EXPECT_EQ(row->where, scratch.path("b.csv") + ":2");
  EXPECT_EQ(row->text(2), "");
  EXPECT_TRUE(row->list(3).empty());
}

TEST(TableCsv, ListsStandBetweenBarsOrAreJson) {
  EXPECT_EQ(references("a.csv", "image,text,references\na,b,a cat | two cats|one\n"),
            (Values{"a cat", "two cats", "one"}));
  EXPECT_EQ(references("a.csv", "image,text,references\na,b,only\n"), (Values{"only"}));
  EXPECT_EQ(
      references("a.csv", "image,text,references\na,b,\"[\"\"a|b\"\", 2, 1.50, true, \"\"\\u00e9\"\"]\"\n"),
      (Values{"a|b", "2", "1.50", "yes", "\xC3\xA9"}));
  EXPECT_TRUE(references("a.csv", "image,text,references\na,b,[]\n").empty());
}

TEST(TableTsv, QuotesOnlyWhereAFieldBeginsWithOne) {
  const Rows rows{{"a.jpg", "a 5\" nail, \"new\""}, {"b.jpg", "tab\there \"x\""}};
  const std::string content =
      "image\ttext\r\na.jpg\ta 5\" nail, \"new\"\r\nb.jpg\t\"tab\there \"\"x\"\"\"\r\n";
  EXPECT_EQ(read("a.tsv", content), rows);
  EXPECT_EQ(read("a.TAB", content), rows);
  EXPECT_EQ(read("pairs", content), rows);
}

TEST(TableJsonLines, ObjectsALine) {
  const std::string content =
      "\xEF\xBB\xBF\n {\"text\": \"a\\ncat\", \"more\": {\"image\": [1, {\"text\": null}]}, \"image\": "
      "\"a.jpg\"}\r\n"
      "\n  \n{\"path\":\"b.jpg\",\"text\":7}\n{\"image\":\"c.jpg\",\"text\":false,\"references\":null}";
  const Rows rows{{"a.jpg", "a\ncat"}, {"b.jpg", "7"}, {"c.jpg", "no"}};
  EXPECT_EQ(read("a.jsonl", content), rows);
  EXPECT_EQ(read("a.ndjson", content), rows);
  EXPECT_EQ(read("a.csv", content), rows);
}

TEST(TableJsonLines, NumbersStayAsTheyAreWritten) {
  EXPECT_EQ(references("a.jsonl", R"({"image":"a","text":"b","references":[1.0, -3, 1e3, 0.10, true]})"),
            (Values{"1.0", "-3", "1e3", "0.10", "yes"}));
}

TEST(TableJsonLines, OneTextIsAListOfOne) {
  EXPECT_EQ(references("a.jsonl", R"({"image":"a","text":"b","references":"x|y"})"), (Values{"x|y"}));
  EXPECT_TRUE(references("a.jsonl", R"({"image":"a","text":"b","references":[]})").empty());
  EXPECT_TRUE(references("a.jsonl", R"({"image":"a","text":"b","references":" "})").empty());
}

TEST(TableJsonLines, HasIsOfTheFirstObject) {
  const Scratch scratch;
  Table table(scratch.file("a.jsonl",
                           "{\"image\":\"a\",\"text\":\"b\"}\n"
                           "{\"image\":\"a\",\"text\":\"b\",\"references\":[\"r\"]}\n"),
              pair_columns());
  table.next();
  EXPECT_EQ(table.next()->list(2), (Values{"r"}));
  EXPECT_TRUE(table.has(0));
  EXPECT_FALSE(table.has(2));
}

TEST(TableStandardInput, TheFirstBytesTellTheFormatHoweverTheyArrive) {
  for (const std::string content :
       {"\xEF\xBB\xBF\nimage,text\na.jpg,\"x \"\"y\"\"\"\r\n", "image\ttext\na.jpg\tx \"y\"\n",
        "\n{\"image\":\"a.jpg\",\"text\":\"x \\\"y\\\"\"}\n"}) {
    PipedInput input;
    std::thread writer([&] {
      for (const char byte : content) {
        input.write({&byte, 1});
        std::this_thread::sleep_for(std::chrono::microseconds(100));
      }
      input.finish();
    });
    Table table("-", pair_columns());
    const auto row = table.next();
    EXPECT_EQ(row->text(0), "a.jpg");
    EXPECT_EQ(row->text(1), "x \"y\"");
    EXPECT_TRUE(row->where.starts_with("standard input:")) << row->where;
    EXPECT_FALSE(table.next());
    writer.join();
  }
}

TEST(TableStandardInput, RowsAreGivenAsTheyArriveAndAStopEndsTheWait) {
  const PipedInput input;
  input.write("image,text\na.jpg,x\nb.jpg,y\n");
  std::stop_source stop;
  Table table("-", pair_columns(), stop.get_token());
  EXPECT_EQ(table.next()->text(0), "a.jpg");
  EXPECT_EQ(table.next()->text(0), "b.jpg");
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.request_stop();
  });
  EXPECT_FALSE(table.next());
  stopper.join();
  EXPECT_THROW(Table("-", pair_columns(), stop.get_token()), Interrupted);
}

/// Every way in which chunks may cut a table.
TEST(TableBytesTest, RowsDoNotDependOnWhereAChunkEnds) {
  const std::string row = "\"a \"\"q\"\",\r\n\xE2\x82\xAC\",b\r\n";
  for (std::size_t shift = 0; shift < row.size() + 2; ++shift) {
    // Chunks are 64 KiB.
    const std::string padding((std::size_t{64} << 10) - 20 - shift, 'x');
    const Scratch scratch;
    const std::string content =
        std::string("image,text\n").append(padding).append(",p\n").append(row).append(row);
    Table table(scratch.file("a.csv", content), pair_columns());
    EXPECT_EQ(texts_of(table),
              (Rows{{padding, "p"}, {"a \"q\",\r\n\xE2\x82\xAC", "b"}, {"a \"q\",\r\n\xE2\x82\xAC", "b"}}));
  }
}

TEST(TableBytesTest, LongFieldsAndLines) {
  const Scratch scratch;
  std::string text;
  while (text.size() < 20'000'000) {
    text += "some words, and more \n";
  }
  Table csv(scratch.file("a.csv", "image,text\na,\"" + text + "\"\nb,c\n"), pair_columns());
  EXPECT_EQ(csv.next()->text(1), text);
  EXPECT_EQ(csv.next()->where,
            scratch.path("a.csv") + ":" + std::to_string(3 + std::ranges::count(text, '\n')));
  std::ranges::replace(text, '\n', ' ');
  Table jsonl(scratch.file("a.jsonl", "{\"image\":\"a\",\"text\":\"" + text + "\"}\n"), pair_columns());
  EXPECT_EQ(jsonl.next()->text(1), text);
}

}  // namespace
}  // namespace clip_classify
