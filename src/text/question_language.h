// What reading a question takes in each language: its rules, how it is cut into words, and how a rule's
// statement is filled in.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clip_classify/question.h"
#include "text/question_pattern.h"

namespace clip_classify {

/// A line of a language's table. In `statement` a capital letter is that part of the question, and <word> a
/// form of the answer that the language's fill() makes.
struct Rule {
  std::string_view name;
  QuestionType type;
  std::string_view patterns;   ///< see Pattern; several between ';'
  std::string_view statement;  ///< of a yes/no question: the one that "yes" selects
  std::string_view topic;      ///< for the default answers; letters: what the first of these parts names
  std::string_view example_question;
  std::string_view example_answer;
  std::string_view example_statement;
};

/// What a part of the rule's pattern stood for; empty where it has none.
inline std::string part_of(const std::map<char, std::string>& parts, char letter) {
  const auto found = parts.find(letter);
  return found == parts.end() ? std::string() : found->second;
}

/// The statement of a rule: `parts` as they are, `fill` for what is between < and >.
template <typename Fill>
std::string render(std::string_view statement, const std::map<char, std::string>& parts, Fill fill) {
  std::string out;
  const auto add = [&](const std::string& text) {
    out += text;
    if (text.empty() && out.ends_with(' ')) out.pop_back();
  };
  for (std::size_t at = 0; at < statement.size(); ++at) {
    const char c = statement[at];
    if (c == '<') {
      const std::size_t end = statement.find('>', at);
      add(fill(statement.substr(at + 1, end - at - 1)));
      at = end;
    } else if (c >= 'A' && c <= 'Z') {
      add(part_of(parts, c));
    } else if (c != ' ' || !out.empty()) {
      out += c;
    }
  }
  return out;
}

/// The topic that a noun ("animal", 动物) or a verb ("eating", 吃) names; empty when there is none.
std::string_view topic_of(std::string_view word);

/// Whether a topic's answers go without an article: "tennis", "red".
bool is_bare(std::string_view topic);

struct Language {
  std::span<const Rule> rules;  ///< the last one is for what the others do not read
  /// The words of a question without politeness, "in the picture" and others that change nothing.
  std::vector<Word> (*read)(std::string_view question);
  std::vector<std::string> (*keys)(std::string_view words_of_pattern);
  PartTest allowed;
  std::string (*join)(Words words);
  std::string_view (*topic)(std::string_view part);
  /// What the answer, which is trimmed, makes of the rule's statement.
  std::string (*state)(const Rule& rule, const Question& question, std::string_view answer);
  std::vector<std::string> (*choices)(const Question& question);
  std::string (*negate)(std::string_view statement);
};

const Language& english_language();
const Language& chinese_language();

}  // namespace clip_classify
