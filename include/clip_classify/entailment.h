// Is a statement true of an image? A dual encoder has no truth value, so the statement is ranked among
// others.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clip_classify {

/// Statements that a claim is compared with, the same for every image: "a photo of a dog" for each thing of a
/// vocabulary of everyday things (English or Chinese), no two alike.
std::vector<std::string> reference_statements(bool chinese);

/// A statement, as it is compared with an image. Encoders hardly tell "no dog" from "dog", so a negation is
/// undone by rule, and what it denies is compared.
struct Claim {
  enum class Reading {
    affirmed,  ///< `text` is the statement
    denied,    ///< `text` is what it denies: it is true where that is false
    unread,    ///< a negation that no rule undoes: nothing can be told
  };
  std::string text;
  Reading reading = Reading::affirmed;
  bool chinese = false;
};

/// `statement` is valid UTF-8 without control characters. Throws Error (usage) for an empty one.
Claim read_claim(std::string_view statement);

/// The probability that a claim's text is true of an image, from its cosine with the image and those of the
/// reference statements (at least one): odds = exp(2.48 - 1.11 ln rank), its rank from 1 among them, ties
/// lost, scaled to as many references as it was fitted with. A rank says the same whatever scale and offset a
/// model's cosines have, so nothing here is a model's own number; that its odds are right is known only of
/// the model that they were fitted with (logistic regression on one half of the photos of
/// scripts/answering.py, with `compact`).
double entailment(double similarity, std::span<const double> references);

/// The same of the statement that the claim was read from; 1/2 for one that is unread.
double probability_of(const Claim& claim, double similarity, std::span<const double> references);

enum class Verdict { is_true, is_false, cannot_tell };

/// "true", "false" or "can't tell".
std::string_view name_of(Verdict verdict);

/// True where the probability is at least `sure` (more than 1/2, at most 1), false where that of the opposite
/// is.
Verdict verdict_of(double probability, double sure);

}  // namespace clip_classify
