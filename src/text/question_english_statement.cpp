// How an answer is put into an English rule's statement.
#include <algorithm>

#include "text/question_english.h"
#include "text/question_english_words.h"

namespace clip_classify::english {
namespace {

constexpr std::string_view kOr = " or ";

std::string first_word(std::string_view phrase) {
  return lower(phrase.substr(0, phrase.find(' ')));
}

std::string without_article(std::string_view phrase) {
  const std::string first = first_word(phrase);
  return lower(listed(" a an the ", first) && first.size() < phrase.size() ? phrase.substr(first.size() + 1)
                                                                           : phrase);
}

std::string there_be(std::string_view phrase) {
  // As people say it: "there is a cup and two plates".
  return is_plural(phrase.substr(0, phrase.find(" and a"))) ? "there are" : "there is";
}

/// "any" is for questions: "there is a dog", "someone is smiling".
std::string without_any(std::string_view text) {
  constexpr std::pair<std::string_view, std::string_view> kPositive[] = {{"any", "some"},
                                                                         {"anyone", "someone"},
                                                                         {"anybody", "someone"},
                                                                         {"anything", "something"},
                                                                         {"anywhere", "somewhere"}};
  std::string out;
  bool any = false;
  const auto add = [&](std::string_view words) {
    if (!out.empty() && !words.empty()) out += ' ';
    out += words;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const std::string_view word = rest.substr(0, rest.find(' '));
    at += word.size() + 1;
    if (word == "any" && !text.substr(std::min(at, text.size())).starts_with("of ")) {
      any = true;
      continue;
    }
    if (any) {
      add(with_article(rest));
      break;
    }
    const auto* const found = std::find_if(std::begin(kPositive), std::end(kPositive),
                                           [&](const auto& pair) { return pair.first == word; });
    add(found == std::end(kPositive) ? word : found->second);
  }
  return out;
}

/// Fills in what stands between < and > in a rule's statement.
class Filling {
 public:
  Filling(const Rule& rule, const Question& question, std::string_view answer)
      : rule_(rule), question_(question), answer_(answer) {}

  std::string operator()(std::string_view form) const {
    if (form == "thing") return thing();
    if (form == "object") return object();
    if (form == "person") return person();
    if (form == "place") return place(answer_);
    if (form == "moment") return moment(answer_);
    if (form == "doing") return doing(answer_);
    if (form == "number") return counted(answer_, part('N'));
    if (form == "age") return age();
    if (form == "choice") return choice();
    if (form == "a choice") return with_article(choice());
    if (form == "there") return there_be(thing());
    if (form == "be") return plural() ? "are" : "is";
    if (form == "is") return is();
    if (form == "have") return plural() ? "have" : "has";
    if (form == "has") return verb("have");
    if (form == "says") return verb("say");
    if (form == "verb") return verb(part('V'));
    if (form == "see") return seen();
    if (form == "question") return question_.text;
    return std::string(answer_);
  }

 private:
  std::string part(char letter) const { return part_of(question_.parts, letter); }

  /// The answer with the noun that it describes: "red" and "shirt".
  std::string described() const {
    const std::string noun = kind_of(part('N'));
    const std::string answer(answer_);
    const bool names_it = !named_topic(noun).empty() && rule_.type != QuestionType::color;
    const bool whole = lower(singular(head(answer))) == lower(singular(head(noun))) ||
                       is_pronoun(lower(answer)) || listed(" one ones ", lower(head(answer)));
    return noun.empty() || names_it || whole ? answer : answer + " " + noun;
  }

  std::string thing() const {
    const std::string noun = part('N');
    const bool bare = !noun.empty() && rule_.type != QuestionType::color && is_bare(named_topic(noun));
    return bare ? described() : with_article(described());
  }

  std::string object() const {
    const std::string_view topic = question_.topic;
    return is_bare(topic) && part('L').empty() ? std::string(answer_)
                                               : with_article(answer_, topic == "food" || topic == "drink");
  }

  std::string person() const {
    const bool name = !answer_.empty() && answer_[0] >= 'A' && answer_[0] <= 'Z';
    return name ? std::string(answer_) : with_article(answer_);
  }

  std::string age() const {
    const bool digits =
        std::all_of(answer_.begin(), answer_.end(), [](char c) { return c >= '0' && c <= '9'; });
    return std::string(answer_) + (digits || number_of(answer_) ? " years old" : "");
  }

  bool plural() const {
    if (rule_.type == QuestionType::number) return number_of(answer_) != 1;
    return is_plural(rule_.type == QuestionType::choice ? choice() : described());
  }

  /// As it was asked, be it with "is" or with "does".
  std::string is() const {
    if (const std::string asked = part('B'); !asked.empty() && lower(asked) != "is") return asked;
    const std::string key = lower(part('D'));
    if (key.empty()) return is_plural(part('X')) ? "are" : "is";
    return key == "do" ? "are" : key == "did" ? "was" : "is";
  }

  /// In the form that the question's "does" or "do" asks for.
  std::string verb(std::string_view base) const {
    const std::string key = lower(part('D'));
    if (key == "do") return std::string(base);
    if (key == "did") return base == "have" ? "had" : std::string("did ").append(base);
    return third_person(base);
  }

  std::string seen() const {
    const std::string asked = part('R');
    std::string_view noun = asked;
    const std::string first = first_word(noun);
    if (listed(" the any ", first) && first.size() < noun.size()) {
      const std::string_view others = noun.substr(first.size() + 1);
      if (!is_determiner(first_word(others))) noun = others;  // not of "the man's face"
    }
    const std::string phrase = with_article(noun);
    return there_be(phrase) + " " + phrase;
  }

  std::string choice() const {
    if (answer_.empty()) return part('C');
    const std::vector<std::string> all = choices(question_);
    const std::string asked = without_article(answer_);
    for (const auto& choice : all) {
      if (without_article(choice) == asked) return choice;
    }
    for (const auto& choice : all) {
      if ((" " + lower(choice) + " ").find(" " + asked + " ") != std::string::npos) return choice;
    }
    return !all.empty() && listed(" a an ", first_word(all.front())) ? with_article(answer_)
                                                                     : std::string(answer_);
  }

  const Rule& rule_;
  const Question& question_;
  std::string_view answer_;
};

}  // namespace

std::string kind_of(std::string_view noun) {
  const std::size_t of = noun.find(" of ");
  const bool names_kinds =
      of != std::string_view::npos &&
      listed(" kind kinds type types sort sorts breed breeds species style styles variety piece pieces pair ",
             lower(noun.substr(0, of)));
  return std::string(names_kinds ? noun.substr(of + 4) : noun);
}

std::vector<std::string> choices(const Question& question) {
  const auto part = question.parts.find('C');
  if (part == question.parts.end()) return {};
  std::string text = part->second;
  for (std::size_t at = text.find(','); at != std::string::npos; at = text.find(',')) {
    text.replace(at, text.compare(at, 5, ", or ") == 0 ? 5 : 2, kOr);
  }
  std::vector<std::string> found;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(kOr, at), text.size());
    std::string choice = text.substr(at, end - at);
    const bool known = std::find(found.begin(), found.end(), choice) != found.end();
    if (!choice.empty() && !known) found.push_back(std::move(choice));
    at = end + kOr.size();
  }
  if (found.empty()) return found;
  // In "a red or blue car", "on or under the table" the last one's noun is for all.
  const std::string last = found.back();
  const std::size_t tail = last.find(' ');
  const auto shares = [](const std::string& word) {
    return is_adjective(word) || is_preposition(word) || is_doing(word);
  };
  if (tail == std::string::npos || !shares(first_word(last))) return found;
  bool with_a = false;
  for (std::size_t i = 0; i + 1 < found.size(); ++i) {
    with_a = with_a || listed(" a an ", first_word(found[i]));
    if (shares(lower(found[i].substr(found[i].rfind(' ') + 1)))) found[i] += last.substr(tail);
  }
  if (with_a) found.back() = with_article(last);
  return found;
}

std::string state(const Rule& rule, const Question& question, std::string_view answer) {
  const std::string statement = render(rule.statement, question.parts, Filling(rule, question, answer));
  return rule.type == QuestionType::yes_no ? without_any(statement) : statement;
}

}  // namespace clip_classify::english
