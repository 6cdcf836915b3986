#include "cli/ask_questions.h"

#include <algorithm>
#include <cmath>

#include "clip_classify/text.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

/// Statements that are embedded together, and that may be known before all are forgotten: 16 MB at width 512.
constexpr std::size_t kMostStatements = 8192;
constexpr std::size_t kStatementsShown = 10;

std::string key_of(const std::string& text, const std::vector<Label>& answers) {
  std::string key = text;
  for (const auto& answer : answers) {
    key += '\0';
    for (const auto& synonym : answer.texts) {
      key.append(synonym).append("\n");
    }
    key += answer.name;
  }
  return key;
}

std::vector<Label> own_answers(const Question& question) {
  std::vector<Label> answers;
  for (const auto& answer : default_answers(question)) {
    answers.push_back({answer, {answer}});
  }
  return answers;
}

/// The statements of all answers. Throws Error (usage) that names two that can't be told apart.
std::vector<Label> statements_of(const Question& question, std::vector<Label> answers) {
  std::unordered_map<std::string, std::string> seen;
  for (auto& answer : answers) {
    for (auto& text : answer.texts) {
      text = statement(question, text);
      const auto [known, is_new] = seen.emplace(clean(text, Cleaning::lower), answer.name);
      if (!is_new) {
        throw usage_error("answers " + utf8::quoted(known->second) + " and " + utf8::quoted(answer.name) +
                          " to " + utf8::quoted(question.text) + " are the same: " + utf8::quoted(text));
      }
    }
  }
  return answers;
}

/// Of two answers, one of which denies what the other says, the one that affirms it.
void find_claim(AskedQuestion& asked) {
  const auto& answers = asked.answers;
  if (answers.size() != 2 || answers[0].texts.size() != 1 || answers[1].texts.size() != 1) {
    return;
  }
  for (const std::size_t affirmed : {std::size_t{0}, std::size_t{1}}) {
    const auto claim = read_claim(answers[affirmed].texts.front());
    const auto& opposite = answers[1 - affirmed].texts.front();
    if (claim.reading == Claim::Reading::affirmed && opposite == negation(claim.text)) {
      asked.affirmed = affirmed;
      asked.claim = claim;
    }
  }
}

}  // namespace

const AskedQuestion& QuestionMemory::read(const std::string& text, const std::vector<Label>& answers,
                                          const std::string& where) {
  auto& known = known_[key_of(text, answers)];
  if (known) {
    return *known;
  }
  auto asked = std::make_unique<AskedQuestion>();
  try {
    asked->question = read_question(text);
    asked->answers = statements_of(asked->question, answers.empty() ? own_answers(asked->question) : answers);
  } catch (const Error& error) {
    throw usage_error((where.empty() ? "" : where + ": ") + error.what());
  }
  find_claim(*asked);
  tell(*asked);
  new_.push_back(asked.get());
  new_statements_ += asked->answers.size();
  known = std::move(asked);
  return *known;
}

bool QuestionMemory::is_full() const {
  return new_statements_ >= kMostStatements;
}

void QuestionMemory::embed() {
  std::vector<Label> all;
  for (const auto* asked : new_) {
    for (const auto& answer : asked->answers) {
      all.push_back({answer.texts.front(), answer.texts});
    }
  }
  if (all.empty()) {
    return;
  }
  const auto together = session_.classifier(all, {"{}"}, false, "statement");
  std::size_t row = 0;
  for (auto* asked : new_) {
    auto& own = asked->classifier;
    own = {{},
           {asked->answers.size(), together.weights.width, {}},
           together.scale,
           together.bias,
           together.activation};
    for (const auto& answer : asked->answers) {
      own.labels.push_back(answer.name);
      const auto weights = together.weights.row(row++);
      own.weights.values.insert(own.weights.values.end(), weights.begin(), weights.end());
    }
  }
  statements_ += new_statements_;
  new_statements_ = 0;
  new_.clear();
}

void QuestionMemory::forget() {
  if (statements_ >= kMostStatements) {
    known_.clear();
    statements_ = 0;
  }
}

std::vector<LabelScore> QuestionMemory::scores(const AskedQuestion& asked, std::span<const float> image) {
  auto scores = asked.classifier.scores(image);
  if (asked.affirmed) {
    const auto yes = *asked.affirmed;
    scores[yes].probability = judge_.probability(asked.claim, image, asked.classifier.weights.row(yes));
    scores[1 - yes].probability = 1 - scores[yes].probability;
    // Logits of which these are the softmax; rankings are ordered by them.
    scores[yes].logit = std::log(scores[yes].probability / scores[1 - yes].probability) / 2;
    scores[1 - yes].logit = -scores[yes].logit;
  }
  return scores;
}

void QuestionMemory::tell(const AskedQuestion& asked) const {
  const auto& question = asked.question;
  std::string shown;
  for (std::size_t i = 0; i < std::min(asked.answers.size(), kStatementsShown); ++i) {
    shown += (i == 0 ? "" : ", ") + utf8::quoted(asked.answers[i].texts.front());
  }
  if (asked.answers.size() > kStatementsShown) {
    shown += " and " + std::to_string(asked.answers.size() - kStatementsShown) + " more";
  }
  session_.console().note(utf8::quoted(question.text) + " is " + std::string(name_of(question.type)) +
                          " by the rule " + question.rule + ": " + shown);
}

}  // namespace clip_classify::cli
