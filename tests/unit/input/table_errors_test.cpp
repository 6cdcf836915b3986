// What users are told of tables that can't be read.
#include <gtest/gtest.h>

#include "clip_classify/table.h"
#include "input/csv_parser.h"
#include "pair_columns.h"
#include "scratch.h"

namespace clip_classify {
namespace {

using test::pair_columns;
using test::Scratch;

/// What is said of a table that can't be read, without the folder it is in.
std::string failure(const std::string& name, std::string_view content,
                    std::vector<ColumnSpec> columns = pair_columns()) {
  const Scratch scratch;
  const std::string path = scratch.file(name, content);
  try {
    Table table(path, std::move(columns));
    while (table.next()) {
    }
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(message.find_first_of("\n\r\t\x01\x1b"), std::string::npos);
    EXPECT_TRUE(message.starts_with(scratch.path()));
    return message.substr(scratch.path().size() + 1);
  }
  return "no error";
}

TEST(TableErrors, QuotesThatDoNotMatchNameTheirLine) {
  EXPECT_EQ(failure("a.csv", "image,text\na,\"x\ny\"\nb,\"never\nclosed\nat all\n"),
            "a.csv:4: the quote that opens a field here is never closed; write each quote inside a quoted "
            "field twice");
  EXPECT_EQ(failure("a.csv", "image,text\na,\"x\ny\"z\n"),
            "a.csv:3: text after a closing quote (the field begins in line 2); write each quote inside a "
            "quoted field "
            "twice");
  EXPECT_TRUE(
      failure("a.csv", "image,text\n\na, \"x, y\"\n").starts_with("a.csv:3: a quote inside a field that"));
  EXPECT_TRUE(
      failure("a.csv", "image,text\na,5\" nail\n").starts_with("a.csv:2: a quote inside a field that"));
  EXPECT_TRUE(
      failure("a.tsv", "image\ttext\na\t\"Hi\" he said\n").starts_with("a.tsv:2: text after a closing"));
}

TEST(TableErrors, RowsWithAnotherNumberOfFields) {
  EXPECT_EQ(failure("a.csv", "image,text\na,b\nc\n"), "a.csv:3: has 1 field, but the header names 2 columns");
  EXPECT_EQ(failure("a.csv", "image,text\n\"a\nb\",c\nd,e,f\n"),
            "a.csv:4: has 3 fields, but the header names 2 columns; put a field that holds the separator in "
            "quotes");
  EXPECT_EQ(failure("a.csv", "image,text\na,b,"),
            "a.csv:2: has 3 fields, but the header names 2 columns; put a field that holds the separator in "
            "quotes");
  EXPECT_EQ(failure("a.tsv", "image\ttext\na\tb\tc\n"),
            "a.tsv:2: has 3 fields, but the header names 2 columns; put a field that holds the separator in "
            "quotes");
}

TEST(TableErrors, ColumnsThatAreNotThere) {
  EXPECT_EQ(failure("a.csv", "\nimg,text\na,b\n"),
            "a.csv:2: no column 'image' (or 'path'); there are 'img', 'text'");
  EXPECT_EQ(failure("a.csv", "Image,text\na,b\n"), "a.csv:1: column 'Image' must be written 'image'");
  EXPECT_EQ(failure("a.csv", "image,text,References\na,b,c\n"),
            "a.csv:1: column 'References' must be written 'references'");
  EXPECT_EQ(failure("a.csv", "image;text\na;b\n"),
            "a.csv:1: no column 'image' (or 'path'); there is 'image;text'; separate columns by commas, or "
            "by tabs in "
            "a .tsv");
  EXPECT_EQ(
      failure("a.csv", "1,2,3,4,5,6,7,8,9,10\n"),
      "a.csv:1: no column 'image' (or 'path'); there are '1', '2', '3', '4', '5', '6', '7', '8' and 2 more");
  EXPECT_EQ(failure("a.csv", "image,text,id,id\na,b,1,2\n"), "a.csv:1: column 'id' is there twice");
  EXPECT_EQ(failure("a.jsonl", "{\"image\":\"a\",\"text\":\"b\"}\n{\"image\":\"a\",\"Text\":\"b\"}\n"),
            "a.jsonl:2: column 'Text' must be written 'text'");
  EXPECT_EQ(failure("a.jsonl", "{\"text\":\"b\"}"),
            "a.jsonl:1: no column 'image' (or 'path'); there is 'text'");
  EXPECT_EQ(failure("a.jsonl", "{}"), "a.jsonl:1: no column 'image' (or 'path'); there are none");
  EXPECT_EQ(failure("a.jsonl", "{\"image\":\"a\",\"text\":\"b\",\"image\":\"c\"}"),
            "a.jsonl:1: column 'image' is there twice");
}

TEST(TableErrors, ValuesThatDoNotFit) {
  EXPECT_EQ(failure("a.csv", "image,text\na, \n"), "a.csv:2: column 'text' is empty");
  EXPECT_EQ(failure("a.csv", "path,text\n,b\n"), "a.csv:2: column 'path' is empty");
  EXPECT_EQ(failure("a.csv", "image,text,references\na,b,x||y\n"),
            "a.csv:2: column 'references': value 2 of 3 is empty");
  EXPECT_EQ(failure("a.csv", "image,text,references\na,b,[sic] x\n"),
            "a.csv:2: a field that begins with '[' is no JSON list of texts: '[sic] x'; write it as in "
            "[\"a\", \"b\"]");
  EXPECT_TRUE(
      failure("a.csv", "image,text,references\na,b,[[1]]\n").starts_with("a.csv:2: a field that begins"));
  EXPECT_EQ(failure("a.csv", "image,answers\na,[]\n", {{{"image"}}, {{"answers"}, true, true}}),
            "a.csv:2: column 'answers' is empty");
  EXPECT_EQ(failure("a.jsonl", R"({"image":"a","text":["b"]})"),
            "a.jsonl:1: column 'text' is neither a text nor a number");
  EXPECT_EQ(failure("a.jsonl", R"({"image":{"a":"b"},"text":"b"})"),
            "a.jsonl:1: column 'image' is neither a text nor a number");
  EXPECT_EQ(failure("a.jsonl", R"({"image":"a","text":null})"), "a.jsonl:1: column 'text' is empty");
  for (const std::string value : {R"([["x"]])", R"(["x", null])", R"([{"x":"y"}])", R"({"x":["y"]})"}) {
    EXPECT_EQ(failure("a.jsonl", R"({"image":"a","text":"b","references":)" + value + "}"),
              "a.jsonl:1: column 'references' is neither a text nor a list of texts");
  }
  EXPECT_EQ(failure("a.jsonl", R"({"image":"a","text":"b","references":["x", ""]})"),
            "a.jsonl:1: column 'references': value 2 of 2 is empty");
}

TEST(TableErrors, BrokenJson) {
  EXPECT_TRUE(failure("a.jsonl", "{\"image\":\"a\",\"text\":\"b\"}\n\n{\"image\": a}\n")
                  .starts_with("a.jsonl:3: broken JSON, column 11: syntax error"));
  EXPECT_TRUE(failure("a.json", "{\n  \"image\": \"a\"\n}\n").starts_with("a.json:1: broken JSON"));
  EXPECT_TRUE(
      failure("a.jsonl", "{\"image\":\"a\",\"text\":\"b\"} {}\n").starts_with("a.jsonl:1: broken JSON"));
  EXPECT_TRUE(failure("a.jsonl", "{\"image\":\"\\ud800\"}").starts_with("a.jsonl:1: broken JSON"));
  for (const std::string value : {"[{\"image\":\"a\",\"text\":\"b\"}]", "\"x\"", "12", "null", "[1]"}) {
    EXPECT_EQ(failure("a.jsonl", value),
              "a.jsonl:1: is JSON but no object; write one {\"column\": value, ...} a line");
  }
  EXPECT_TRUE(failure("a.json", "[1]").starts_with("a.json:1: is JSON but no object"));
  EXPECT_TRUE(failure("a.jsonl", std::string(200000, '[')).starts_with("a.jsonl:1: broken JSON"));
}

TEST(TableErrors, WhatIsNoText) {
  using namespace std::string_literals;
  EXPECT_EQ(failure("a.csv", "image,text\na,\"x\ncaf\xE9 au lait\"\n"),
            "a.csv:3: not UTF-8: $'x\\ncaf\\351 au lait'; save the table as UTF-8");
  EXPECT_TRUE(failure("a.jsonl", "{\"image\":\"caf\xE9\"}").starts_with("a.jsonl:1: not UTF-8: "));
  EXPECT_EQ(failure("a.csv", "image,text\na,b\0c\n"s),
            "a.csv:2: holds a NUL byte; is it UTF-16, or no table at all?");
  EXPECT_EQ(failure("a.jsonl", "{\"image\":\"a\",\"text\":\"b\"}\0x"s),
            "a.jsonl:1: holds a NUL byte; is it UTF-16, or no table at all?");
  EXPECT_EQ(failure("a.jsonl", R"({"image":"a","text":"x\u0000"})"),
            "a.jsonl:1: holds a NUL byte; is it UTF-16, or no table at all?");
  EXPECT_EQ(failure("a.csv", "image,text\na,\x1b[31mred\n"),
            "a.csv:2: holds a control character: $'\\033[31mred'");
  EXPECT_EQ(failure("a.jsonl", R"({"image":"a","text":"b","references":"x\u009by"})"),
            "a.jsonl:1: holds a control character: $'x\\302\\233y'");
  EXPECT_EQ(failure("a.csv", "image,text\ra,b\rc,d\r"),
            "a.csv:1: a carriage return that ends no line; save the table with LF or CRLF line ends");
  EXPECT_EQ(failure("a.csv", "image,text\na,b\r"),
            "a.csv:2: a carriage return that ends no line; save the table with LF or CRLF line ends");
  EXPECT_EQ(failure("a.csv", "\xFF\xFEi\0m\0"s), "a.csv: is UTF-16; save it as UTF-8");
  EXPECT_EQ(failure("a.csv", "\xFE\xFF\0i"s), "a.csv: is UTF-16; save it as UTF-8");
  EXPECT_EQ(failure("a.xlsx", "PK\x03\x04rest"),
            "a.xlsx: is an Excel file or another archive; save the sheet as CSV (UTF-8)");
}

TEST(TableErrors, TablesThatHoldNothing) {
  for (const std::string name : {"a.csv", "a.tsv", "a.jsonl", "a"}) {
    EXPECT_EQ(failure(name, ""), name + ": is empty");
    EXPECT_EQ(failure(name, "\xEF\xBB\xBF\n\r\n"), name + ": is empty");
  }
  EXPECT_EQ(failure("a.csv", "image,text\n\n"), "a.csv: has a header but no rows");
}

TEST(TableErrors, FilesThatCanNotBeRead) {
  const Scratch scratch;
  const auto failure_of = [](const std::string& path) -> std::string {
    try {
      const Table table(path, pair_columns());
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(failure_of(scratch.path("none.csv")), scratch.path("none.csv") + ": no such file");
  EXPECT_EQ(failure_of(scratch.path()),
            scratch.path() + ": is a folder; name a table of rows, as CSV, TSV or JSON lines");
  EXPECT_EQ(failure_of("/nowhere/\x01.csv"), "$'/nowhere/\\001.csv': no such file");
}

TEST(TableErrors, ARowHasALimit) {
  const Scratch scratch;
  TableBytes bytes(scratch.file("a.csv", "a,b\n1,\"" + std::string(200, 'x')), {});
  CsvParser parser(bytes, ',', 100);
  EXPECT_TRUE(parser.next());
  try {
    parser.next();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(
        std::string(error.what()),
        scratch.path("a.csv") +
            ":2: the row is over the limit of 100 bytes; is the quote that opens in line 2 never closed?");
  }
}

}  // namespace
}  // namespace clip_classify
