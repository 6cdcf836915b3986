#include "clip_classify/question.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <set>

#include "clip_classify/error.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

/// A line of tests/data/questions.tsv.
struct Case {
  std::string where;
  std::string question, type, rule, answer, statement;
};

std::vector<Case> cases() {
  const std::string path = std::string(TEST_DATA_DIR) + "/questions.tsv";
  std::ifstream file(path);
  std::vector<Case> all;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.starts_with('#')) continue;
    std::vector<std::string> fields;
    for (std::size_t at = 0; at <= line.size();) {
      const std::size_t end = std::min(line.find('\t', at), line.size());
      fields.push_back(line.substr(at, end - at));
      at = end + 1;
    }
    const std::string where = path + ":" + std::to_string(number);
    EXPECT_THAT(fields, SizeIs(5)) << where;
    fields.resize(5);
    all.push_back({where, fields[0], fields[1], fields[2], fields[3], fields[4]});
  }
  return all;
}

std::string stated(std::string_view question, std::string_view answer) {
  return statement(read_question(question), answer);
}

std::string refusal(std::string_view question) {
  try {
    read_question(question);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(std::string(error.what()).find_first_of("\n\t\x1b"), std::string::npos) << error.what();
    return error.what();
  }
  return "no error";
}

TEST(Questions, BecomeTheStatementsOfTheFile) {
  const std::vector<Case> all = cases();
  ASSERT_GE(all.size(), 300U);
  for (const auto& expected : all) {
    SCOPED_TRACE(expected.where + ": " + expected.question);
    const Question question = read_question(expected.question);
    EXPECT_EQ(name_of(question.type), expected.type);
    EXPECT_EQ(question.rule, expected.rule);
    EXPECT_EQ(statement(question, expected.answer), expected.statement) << "answer: " << expected.answer;
  }
}

TEST(Questions, OfTheFileTryEveryRule) {
  std::set<std::string> tried;
  for (const auto& expected : cases()) tried.insert(expected.rule);
  for (const auto& rule : question_rules()) EXPECT_THAT(tried, Contains(rule.name));
}

TEST(Questions, RulesReadTheirExamples) {
  std::set<std::string_view> names;
  for (const auto& rule : question_rules()) {
    SCOPED_TRACE(rule.name);
    EXPECT_TRUE(names.insert(rule.name).second) << "twice";
    const Question question = read_question(rule.question);
    EXPECT_EQ(question.rule, rule.name);
    EXPECT_EQ(question.type, rule.type);
    EXPECT_EQ(question.text, rule.question);
    EXPECT_EQ(question.chinese, rule.name.starts_with("zh-"));
    EXPECT_EQ(statement(question, rule.answer), rule.statement);
  }
}

TEST(Questions, AreReadInAnyDress) {
  for (const std::string_view question :
       {"what is on the table?", "What is on the table", "WHAT IS ON THE TABLE??",
        "  what is on the table ? ", "what's on the table?", "What\u2019s on the table?",
        "whats on the table", "please, what is on the table?", "Can you tell me what is on the table?",
        "In this photo, what is on the table?", "what is on the table\uFF1F",
        "what is on the table in this picture?", "What is on the table here?",
        "what\u00A0is on  the table"}) {
    EXPECT_EQ(stated(question, "cup"), "there is a cup on the table") << question;
  }
  EXPECT_EQ(stated("where is the Eiffel Tower?", "Paris"), "the Eiffel Tower is in Paris");
  EXPECT_EQ(stated("what is JOHN doing?", "running"), "JOHN is running");
}

TEST(Questions, AreChineseByTheirScript) {
  EXPECT_TRUE(read_question("WiFi标志在哪里").chinese);
  EXPECT_FALSE(read_question("what does 停 mean on the sign?").chinese);
  EXPECT_FALSE(read_question("これは何ですか").chinese);
  EXPECT_EQ(read_question("これは何ですか").type, QuestionType::free);
  EXPECT_EQ(stated("¿qué es esto?", "taza"), "question: ¿qué es esto? answer: taza");
}

TEST(Questions, RefuseWhatIsNoText) {
  EXPECT_EQ(refusal(""), "question: is empty");
  EXPECT_EQ(refusal(" \t\u3000 "), "question: is empty");
  EXPECT_THAT(refusal("what is \xFF?"), HasSubstr("not UTF-8"));
  EXPECT_THAT(refusal("what is\nthis?"), HasSubstr("control character"));
  EXPECT_THAT(refusal("what is \x1b[2J?"), HasSubstr("control character"));
}

TEST(Questions, OfOnlyPunctuationAreFree) {
  for (const std::string_view question :
       {"?", "...", ",", "please", "tell me", "！", "请问", "图", "吗", "or", "\""}) {
    const Question read = read_question(question);
    EXPECT_THAT(statement(read, "cup"), HasSubstr("cup")) << question;
    EXPECT_FALSE(default_answers(read).empty()) << question;
  }
}

std::string repeated(std::string_view piece, std::size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  return text;
}

// Bounds far above what it takes; with quadratic time a megabyte would take hours.
constexpr std::chrono::minutes kSoon{2};

TEST(Questions, AreQuickWithAMegabyte) {
  const auto start = std::chrono::steady_clock::now();
  for (const std::string_view piece : {"what is on the table ", "a", "or ", "please ", "in the photo ", ", ",
                                       "什么", "是不是", "请问", "图片里"}) {
    const std::string text = repeated(piece, 1'000'000);
    const Question question = read_question(text);
    EXPECT_EQ(question.text.size(), utf8::trim(text).size()) << piece;
    EXPECT_EQ(question.type, QuestionType::free) << piece;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, kSoon);
}

TEST(Questions, AreQuickAtTheLongestThatRulesRead) {
  const auto start = std::chrono::steady_clock::now();
  for (const std::string_view piece :
       {"what is on the ", "is ", "or ", "a cat and ", "please ", "in the photo ", ", ", "running ",
        "what color ", "the man is holding ", "什么", "是不是", "有没有狗", "请问", "图片里", "还是", "在现",
        "啥"}) {
    for (const std::size_t size : {63, 127, 255, 511, 4093}) {
      const Question question = read_question(repeated(piece, size));
      EXPECT_FALSE(statement(question, "cup").empty()) << piece;
      EXPECT_FALSE(default_answers(question).empty()) << piece;
    }
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, kSoon);
}

TEST(Questions, TooLongForATextEncoderAreFree) {
  std::string question = "what is on the";
  for (int words = 4; words < 63; ++words) question += " old";
  EXPECT_EQ(read_question(question + " table?").rule, "thing-there");
  EXPECT_EQ(read_question(question + " old table?").rule, "free");
}

TEST(QuestionTypes, HaveShortWords) {
  std::set<std::string_view> names;
  for (int type = 0; type <= static_cast<int>(QuestionType::free); ++type) {
    EXPECT_TRUE(names.insert(name_of(static_cast<QuestionType>(type))).second);
  }
  EXPECT_EQ(name_of(QuestionType::yes_no), "yes/no");
  EXPECT_EQ(name_of(QuestionType::number), "number");
  EXPECT_THAT(names, Not(Contains("")));
}

}  // namespace
}  // namespace clip_classify
