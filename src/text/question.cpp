#include "clip_classify/question.h"

#include <algorithm>

#include "clip_classify/error.h"
#include "text/question_english_words.h"
#include "text/question_language.h"
#include "text/text_file.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

// No text encoder takes more, and patterns are not meant for it.
constexpr std::size_t kMostWords = 64;
constexpr std::size_t kMostBytes = 4096;

constexpr std::string_view kYes = " yes yeah yep true correct 是 是的 有 对 对的 会 能 在 可以 正确 ";
constexpr std::string_view kNo =
    " no nope false incorrect 不是 没有 不 否 没 不对 不会 不能 不在 不可以 错误 ";

/// A rule with its patterns compiled.
struct Reader {
  const Rule* rule;
  std::vector<Pattern> patterns;
};

std::vector<Reader> compile(const Language& language) {
  std::vector<Reader> readers;
  for (const Rule& rule : language.rules) {
    Reader& reader = readers.emplace_back(Reader{&rule, {}});
    for (const std::string_view pattern : pieces(rule.patterns, ';')) {
      reader.patterns.emplace_back(pattern, language.keys);
    }
  }
  return readers;
}

const Language& language_of(bool chinese) {
  return chinese ? chinese_language() : english_language();
}

const std::vector<Reader>& readers_of(bool chinese) {
  static const std::vector<Reader> kEnglish = compile(english_language());
  static const std::vector<Reader> kChinese = compile(chinese_language());
  return chinese ? kChinese : kEnglish;
}

/// By its script: more ideographs than words of Latin letters, and no kana.
bool is_chinese(std::string_view text) {
  std::size_t ideographs = 0;
  std::size_t latin_words = 0;
  bool in_word = false;
  while (!text.empty()) {
    const utf8::CodePoint point = utf8::decode(text);
    const char32_t lower = point.value | 0x20U;
    const bool latin = lower >= 'a' && lower <= 'z';
    if (point.value >= 0x3041 && point.value <= 0x30FF) return false;
    if (point.value >= 0x4E00 && point.value <= 0x9FFF) ++ideographs;
    if (latin && !in_word) ++latin_words;
    in_word = latin;
    text.remove_prefix(point.size);
  }
  return ideographs > latin_words;
}

/// The rule's own, or the one that the first of its parts to do so names.
std::string topic_of(const Rule& rule, const Question& question, const Language& language) {
  const bool named = !rule.topic.empty() && rule.topic[0] >= 'A' && rule.topic[0] <= 'Z';
  if (!named) return std::string(rule.topic);
  for (const char letter : rule.topic) {
    const auto part = question.parts.find(letter);
    const std::string_view topic = part == question.parts.end() ? "" : language.topic(part->second);
    if (!topic.empty()) return std::string(topic);
  }
  return "thing";
}

void apply(const Rule& rule, const Language& language, Question& question) {
  question.type = rule.type;
  question.rule = rule.name;
  question.topic = topic_of(rule, question, language);
}

const Rule& rule_of(const Question& question) {
  const auto rules = language_of(question.chinese).rules;
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.name == question.rule; });
  return found == rules.end() ? rules.back() : *found;
}

}  // namespace

std::string_view name_of(QuestionType type) {
  switch (type) {
    case QuestionType::yes_no:
      return "yes/no";
    case QuestionType::choice:
      return "choice";
    case QuestionType::number:
      return "number";
    case QuestionType::color:
      return "color";
    case QuestionType::which:
      return "which";
    case QuestionType::where:
      return "where";
    case QuestionType::who:
      return "who";
    case QuestionType::activity:
      return "activity";
    case QuestionType::thing:
      return "thing";
    case QuestionType::material:
      return "material";
    case QuestionType::attribute:
      return "attribute";
    case QuestionType::weather:
      return "weather";
    case QuestionType::time:
      return "time";
    case QuestionType::text:
      return "text";
    case QuestionType::free:
      break;
  }
  return "free";
}

Question read_question(std::string_view text) {
  text = utf8::trim(text);
  if (text.empty()) throw usage_error("question: is empty");
  check_text(text, "question");
  Question question;
  question.text = text;
  question.chinese = is_chinese(text);
  const Language& language = language_of(question.chinese);
  const std::vector<Word> words = text.size() <= kMostBytes ? language.read(text) : std::vector<Word>();
  if (!words.empty() && words.size() <= kMostWords) {
    for (const auto& [rule, patterns] : readers_of(question.chinese)) {
      for (const Pattern& pattern : patterns) {
        const auto parts = pattern.match(words, language.allowed);
        if (!parts) continue;
        for (const auto& [letter, taken] : *parts) question.parts[letter] = language.join(taken);
        apply(*rule, language, question);
        return question;
      }
    }
  }
  apply(language.rules.back(), language, question);
  return question;
}

std::string statement(const Question& question, std::string_view answer) {
  answer = utf8::trim(answer);
  const Language& language = language_of(question.chinese);
  const Rule& rule = rule_of(question);
  const bool closed = question.type == QuestionType::yes_no;
  if (closed || question.type == QuestionType::choice) {
    const std::string key = english::lower(answer);
    if (english::listed(kYes, key)) return language.state(rule, question, "");
    if (english::listed(kNo, key)) return language.negate(language.state(rule, question, ""));
  }
  return language.state(closed ? language.rules.back() : rule, question, answer);
}

std::string negation(std::string_view statement) {
  statement = utf8::trim(statement);
  std::string_view words = statement;  // without what a sentence ends with
  for (const std::string_view stop : {".", "!", "。", "！"}) {
    if (words.size() > stop.size() && words.ends_with(stop)) words.remove_suffix(stop.size());
  }
  const auto end = statement.substr(words.size());
  return language_of(is_chinese(statement)).negate(words) + std::string(end);
}

std::vector<QuestionRule> question_rules() {
  std::vector<QuestionRule> all;
  for (const Language* language : {&english_language(), &chinese_language()}) {
    for (const Rule& rule : language->rules) {
      all.push_back(
          {rule.name, rule.type, rule.example_question, rule.example_answer, rule.example_statement});
    }
  }
  return all;
}

}  // namespace clip_classify
