// How images of a class score that the classifier has never seen: the nearest there is to images of none of
// its labels, and to labels that only words stand for.
#pragma once

#include <vector>

#include "classify/few_shot_choice.h"

namespace clip_classify {

/// Images of left-out classes, and what a classifier of the other classes says of them.
struct UnseenClasses {
  /// Calibrated logits, a row for each image; of a class that was left out, nothing that counts.
  Rows logits;
  std::vector<std::vector<bool>> seen;  ///< of each class, those that stayed when it was left out
};

/// Each class is left out in turn, together with others where there are more than 10 of them, or more than 4
/// and over 2,000 examples.
UnseenClasses leave_classes_out(const FewShotFits& fits, const Recipe& recipe, const Fitting& fitting,
                                const FloatRows& word_logits, int threads);

/// The scale for words; `logits` are calibrated ones of images that were put aside.
ScoreSpec learn_word_scale(const FewShotFits& fits, const UnseenClasses& unseen, const FloatRows& logits,
                           const FloatRows& word_logits, const std::vector<double>& weights, ScoreSpec start);

/// The threshold at a rate of false accepts. `unseen` and `logits` as above.
Rejection learn_rejection(const FewShotFits& fits, const UnseenClasses& unseen, const FloatRows& logits,
                          const std::vector<double>& weights, double rate);

}  // namespace clip_classify
