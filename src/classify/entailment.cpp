#include "clip_classify/entailment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>

#include "clip_classify/question.h"
#include "clip_classify/text.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

constexpr double kOffset = 2.477;
constexpr double kSlope = 1.114;
constexpr double kFittedWith = 231;  ///< reference statements

constexpr std::array kNegativeWords = {
    " no ",      " not ",     " nobody ", " nothing ", " none ",    " never ",   " nowhere ", " without ",
    " neither ", " nor ",     " cannot ", " isn't ",   " aren't ",  " doesn't ", " don't ",   " didn't ",
    " wasn't ",  " weren't ", " can't ",  " hasn't ",  " haven't ", " won't "};
constexpr std::array kNegativeCharacters = {"不", "没", "無", "无", "未", "别"};
/// Beginnings whose "without" says what is not in the picture.
constexpr std::array kPictures = {"a photo without ",      "a picture without ", "an image without ",
                                  "the photo is without ", "a photo with no ",   "a picture with no ",
                                  "an image with no "};

/// Lower case, one space around every word, no punctuation at its end.
std::string words_of(std::string_view statement) {
  std::string words = " ";
  for (const char byte : clean(statement, Cleaning::lower)) {
    const bool gap = byte == ' ' || byte == '\t' || byte == ',' || byte == '.' || byte == '!' || byte == ';';
    if (!gap) {
      words += byte;
    } else if (words.back() != ' ') {
      words += ' ';
    }
  }
  return words.back() == ' ' ? words : words + " ";
}

bool is_negative(std::string_view statement, bool chinese) {
  const auto words = words_of(statement);
  const auto holds = [&](const char* part) { return words.find(part) != std::string::npos; };
  return std::ranges::any_of(kNegativeWords, holds) ||
         (chinese && std::ranges::any_of(kNegativeCharacters, holds));
}

/// What a picture is said to be without; empty for other statements.
std::string what_is_missing(std::string_view statement) {
  const auto words = words_of(statement);
  for (const std::string_view start : kPictures) {
    if (std::string_view(words).substr(1).starts_with(start)) {
      const auto rest = utf8::trim(std::string_view(words).substr(1 + start.size()));
      return is_negative(rest, false) ? std::string() : std::string(rest);
    }
  }
  return {};
}

}  // namespace

std::vector<std::string> reference_statements(bool chinese) {
  const auto question = read_question(chinese ? "图片里有什么？" : "what is in the picture?");
  std::vector<std::string> statements;
  std::unordered_set<std::string> seen;
  for (const auto& thing : default_answers(question)) {
    auto text = statement(question, thing);
    if (seen.insert(text).second) {
      statements.push_back(std::move(text));
    }
  }
  return statements;
}

Claim read_claim(std::string_view statement) {
  const auto question = read_question(statement);  // which also checks it
  Claim claim{question.text, Claim::Reading::affirmed, question.chinese};
  if (!is_negative(claim.text, claim.chinese)) {
    return claim;
  }
  if (const auto missing = what_is_missing(claim.text); !missing.empty()) {
    return {"a photo of " + missing, Claim::Reading::denied, claim.chinese};
  }
  auto opposite = negation(claim.text);
  if (is_negative(opposite, claim.chinese)) {
    claim.reading = Claim::Reading::unread;
    return claim;
  }
  return {std::move(opposite), Claim::Reading::denied, claim.chinese};
}

double entailment(double similarity, std::span<const double> references) {
  const auto better = std::ranges::count_if(references, [&](double other) { return other >= similarity; });
  const auto rank = 1 + static_cast<double>(better) * kFittedWith / static_cast<double>(references.size());
  return 1 / (1 + std::exp(kSlope * std::log(rank) - kOffset));
}

double probability_of(const Claim& claim, double similarity, std::span<const double> references) {
  if (claim.reading == Claim::Reading::unread) {
    return 0.5;
  }
  const double affirmed = entailment(similarity, references);
  return claim.reading == Claim::Reading::denied ? 1 - affirmed : affirmed;
}

std::string_view name_of(Verdict verdict) {
  return verdict == Verdict::is_true ? "true" : verdict == Verdict::is_false ? "false" : "can't tell";
}

Verdict verdict_of(double probability, double sure) {
  return probability >= sure       ? Verdict::is_true
         : 1 - probability >= sure ? Verdict::is_false
                                   : Verdict::cannot_tell;
}

}  // namespace clip_classify
