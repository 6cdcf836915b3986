// Fits of a part of the examples: what cross-validation, the final classifier and left-out classes share.
#pragma once

#include <stop_token>
#include <vector>

#include "classify/few_shot_space.h"
#include "classify/gaussian_fit.h"
#include "clip_classify/few_shot.h"

namespace clip_classify {

/// A way to fit, without the words' part of the logits.
struct Fitting {
  FewShotMethod method = FewShotMethod::gaussian;
  double shrinkage = 1.0;
  double strength = 0.0;
  bool from_words = false;
};

/// All examples, ready to be fitted. Borrows what it is made of.
class FewShotFits {
 public:
  FewShotFits(const FewShotSpace& space, std::span<const std::size_t> classes, std::size_t class_count,
              const FloatRows& word_logits, double word_factor, std::stop_token stop)
      : space_(space),
        classes_(classes),
        class_count_(class_count),
        offset_(word_logits * static_cast<float>(word_factor)),
        stop_(std::move(stop)) {}

  /// What all fits of these examples need.
  GaussianSums sums(const std::vector<std::size_t>& items) const;

  /// A fit of the examples numbered `items` for each of `fittings`, of which those of one kind stand in the
  /// order of rising strength. `sums` is theirs. A rough fit is good enough to compare. Throws Interrupted.
  std::vector<LinearFit> fit(const std::vector<std::size_t>& items, const GaussianSums& sums,
                             const std::vector<Fitting>& fittings, bool rough) const;

  /// What a fit says of the examples numbered `items`.
  Rows logits(const LinearFit& fit, const std::vector<std::size_t>& items) const;

  std::span<const std::size_t> classes() const { return classes_; }
  std::size_t class_count() const { return class_count_; }
  const FewShotSpace& space() const { return space_; }

 private:
  const FewShotSpace& space_;
  std::span<const std::size_t> classes_;
  std::size_t class_count_;
  FloatRows offset_;  ///< for logistic regression from words
  std::stop_token stop_;
};

}  // namespace clip_classify
