// Questions about an image, read as statements that a dual encoder can compare with it.
//
// A dual encoder answers nothing, but it tells which of several texts fits an image best. So a question and
// each candidate answer become a statement ("what is on the table?" and "cup": "there is a cup on the
// table"), by a list of rules for English and one for Chinese; the script of the question tells which.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace clip_classify {

/// What is asked for; accuracy is counted by it.
enum class QuestionType {
  yes_no,
  choice,
  number,
  color,
  which,
  where,
  who,
  activity,
  thing,
  material,
  attribute,
  weather,
  time,
  text,
  free,
};

/// A short word that never changes, for tables and JSON: "yes/no", "number", "color", ...
std::string_view name_of(QuestionType type);

/// A question that has been read.
struct Question {
  std::string text;                   ///< as it was asked, trimmed
  QuestionType type = {};             ///< free when no rule reads it
  std::string rule;                   ///< the name of a rule in question_rules()
  std::string topic;                  ///< what would answer it: "animal", "color", "place", ...
  std::map<char, std::string> parts;  ///< what the parts (capital letters) of the rule's pattern stood for
  bool chinese = false;
};

/// Throws Error (usage) for an empty question, invalid UTF-8 or a control character. A question of more
/// than 64 words or 4096 bytes, which no text encoder takes whole, is `free`. Time is linear in all lengths.
Question read_question(std::string_view text);

/// The statement that `answer` (valid UTF-8, not empty) makes of the question. Yes and no (是, 有, 不是,
/// 没有) select a yes/no question's statement or its negation; numbers up to twenty are spelled; an answer
/// gets the article or the preposition that it lacks.
std::string statement(const Question& question, std::string_view answer);

/// What to choose from when no answers are given: fits the question's type and topic, without duplicates.
std::vector<std::string> default_answers(const Question& question);

/// The opposite of a statement or caption in either language: "there is a dog", "there is no dog".
std::string negation(std::string_view statement);

/// A rule with an example of what it does, as help shows it.
struct QuestionRule {
  std::string_view name;
  QuestionType type;
  std::string_view question;
  std::string_view answer;
  std::string_view statement;
};

/// The English rules, then the Chinese ones ("zh-..."), each in the order in which they are tried.
std::vector<QuestionRule> question_rules();

}  // namespace clip_classify
