// What to choose from when a question comes without answers.
#include <algorithm>

#include "text/question_english_words.h"
#include "text/question_language.h"
#include "text/question_topics.h"

namespace clip_classify {
namespace {

const Topic& topic_named(std::string_view name) {
  const auto all = topics();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Topic& topic) { return topic.name == name; });
  return found == all.end() ? all.front() : *found;
}

std::vector<std::string> yes_no(const Question& question) {
  if (!question.chinese) return {"yes", "no"};
  if (question.rule == "zh-there") return {"有", "没有"};
  return {"是", "不是"};
}

}  // namespace

std::string_view topic_of(std::string_view word) {
  const auto all = topics();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Topic& topic) { return english::listed(topic.asked, word); });
  return found == all.end() ? std::string_view() : found->name;
}

bool is_bare(std::string_view topic) {
  return topic_named(topic).bare;
}

std::vector<std::string> default_answers(const Question& question) {
  if (question.type == QuestionType::yes_no) return yes_no(question);
  if (question.type == QuestionType::choice) {
    return (question.chinese ? chinese_language() : english_language()).choices(question);
  }
  const Topic& topic = topic_named(question.topic);
  std::vector<std::string> answers;
  for (const std::string_view answer : pieces(question.chinese ? topic.chinese : topic.english, ',')) {
    answers.emplace_back(answer);
  }
  return answers;
}

}  // namespace clip_classify
