// Tags and a sentence for an image, of the phrases of a bank that an embedding model finds most like it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "clip_classify/embeddings.h"
#include "clip_classify/manifest.h"
#include "clip_classify/phrase_bank.h"

namespace clip_classify {

/// Phrases in a model's space.
class EmbeddedPhrases {
 public:
  /// `rows`: a unit row a phrase. Throws Error (model) when they are not as many, or hold what is not a
  /// number.
  EmbeddedPhrases(std::vector<Phrase> phrases, Matrix rows);

  std::size_t size() const { return phrases_.size(); }
  const Phrase& phrase(std::size_t index) const { return phrases_[index]; }
  std::span<const float> row(std::size_t index) const { return rows_.row(index); }

  /// Of every phrase with an image's unit vector. Throws Error (model) for one that holds what is not a
  /// number.
  std::vector<double> similarities(std::span<const float> image) const;

  /// The cosine of two phrases after the mean of all is taken away: all texts of a CLIP are much alike, and
  /// only what they have beyond that says how much. -1..1; 1 for a phrase and itself.
  double likeness(std::size_t a, std::size_t b) const;

  /// Whether two phrases say the same: likeness of at least `alike`, or the words of one stand in the other
  /// ("cat", "black cat").
  bool same(std::size_t a, std::size_t b, double alike) const;

 private:
  std::vector<Phrase> phrases_;
  Matrix rows_;
  std::vector<double> from_mean_;  ///< each row's distance to the mean
  std::vector<double> on_mean_;    ///< each row's product with the mean
  double mean_square_ = 0;
};

/// Index of a phrase, its cosine with the image, and the probability that this comes to.
struct Tag {
  std::size_t phrase = 0;
  double similarity = 0;
  double score = 0;
};

struct TagOptions {
  std::size_t count = 10;  ///< at most
  /// Phrases of this likeness say the same.
  double alike = 0.85;
  /// A phrase is a label judged alone: its score is 1 / (1 + exp(-(scale * similarity + bias))).
  ScoreSpec judged_alone = {};
  std::optional<double> threshold = {};  ///< least score
  double least_share = 1.0 / 3;          ///< of the best one's score, where there is no threshold
};

/// The phrases most like the image (a unit vector), best first, equal ones in the order of the bank. Of
/// phrases that say the same (see `same`) the best is given, or one that stands in it ("cat" in "domestic
/// cat") and scores hardly less: the fewer words claim less.
std::vector<Tag> best_tags(std::span<const float> image, const EmbeddedPhrases& bank,
                           const TagOptions& options = {});

/// Texts to unit rows, one each, in their order.
using EmbedTexts = std::function<Matrix(std::span<const std::string>)>;

/// Whether a sentence can be about it: a thing, stuff, or a place that is no adverb ("underwater").
bool can_begin_sentence(const Phrase& phrase);

/// Counts are at least 1.
struct DescriptionOptions {
  std::size_t beam = 3;          ///< sentences that are continued
  std::size_t starts = 8;        ///< nouns that are tried first
  std::size_t candidates = 3;    ///< phrases of each kind that a sentence is continued with
  std::size_t most_texts = 200;  ///< embedded for an image
  double least_gain = 0.04;      ///< of a step, as a share of the similarity before it: less is noise
  double alike = 0.85;           ///< phrases of this likeness do not stand in one sentence
};

struct Description {
  /// `phrase` was added, which gave `sentence`.
  struct Step {
    std::size_t phrase = 0;
    std::string sentence;
    double similarity = 0;
  };

  std::string sentence;   ///< the last step's
  double similarity = 0;  ///< its cosine with the image
  std::vector<Step> steps;
};

/// The sentence ("a photo of a black cat on a beach") that a beam search finds most like the image. It begins
/// with a thing, stuff or place; a step adds an attribute or activity of it, a second thing or stuff, a place
/// or a style, each once. A sentence is only continued by what raises its similarity by least_gain, and
/// the search ends when nothing does. What is tried are the phrases p with the largest i.p - (i.s)(s.p) for
/// the image i and the sentence so far s: the derivative of cos(i, s + t p) at t = 0, so what says something
/// of the image that the sentence does not yet. Of equal sentences the first tried is taken, so that the same
/// bank gives the same sentence. Throws Error (usage) when the bank has no noun to begin with.
Description describe(std::span<const float> image, const EmbeddedPhrases& bank, const EmbedTexts& embed,
                     const DescriptionOptions& options = {});

}  // namespace clip_classify
