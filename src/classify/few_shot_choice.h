// Which way of making a classifier is best, by images that it has not seen.
#pragma once

#include <vector>

#include "classify/example_folds.h"
#include "classify/few_shot_fits.h"

namespace clip_classify {

/// logits = factor * (words * zero-shot logits + fit * those of a Fitting).
struct Recipe {
  FewShotChoice choice;
  std::size_t fitting = 0;  ///< index; any where fit is 0
  double words = 0.0;
  double fit = 0.0;
  double factor = 1.0;
};

/// All fittings that are tried. Logistic regression is left out, unless it is asked for, where a step of it
/// would take longer than a second or so.
std::vector<Fitting> all_fittings(const FewShotFits& fits, std::optional<FewShotMethod> method);

/// What images that were put aside say.
struct CrossValidation {
  Folds folds;
  std::vector<double> weights;    ///< of the images: each class's add up to the same; 0 for one not checked
  std::vector<FloatRows> logits;  ///< of each fitting, a row for each image; zeros for one not checked
};

CrossValidation cross_validate(const FewShotFits& fits, const std::vector<Fitting>& fittings, Folds folds,
                               int threads);

/// What was chosen, and whether it was right about each image (not so for one that was not checked), where
/// the images of a fold are judged by what was best on the others.
struct Chosen {
  Recipe recipe;
  FloatRows logits;  ///< calibrated ones of the recipe, of the images that were put aside
  std::vector<bool> right;
};

/// `word_logits`: the zero-shot ones; `word_factor` calibrates them.
Chosen choose(const CrossValidation& checked, const std::vector<Fitting>& fittings, const FewShotFits& fits,
              const FloatRows& word_logits, double word_factor, std::optional<FewShotMethod> method);

/// The recipe where nothing could be checked: logistic regression on top of the words; where that was not
/// fitted, the nearest class mean in equal shares with the words.
Recipe default_recipe(const FewShotFits& fits, const std::vector<LinearFit>& fitted,
                      const std::vector<Fitting>& fittings, const FloatRows& word_logits, double word_factor,
                      std::optional<FewShotMethod> method);

/// How far apart the logits of an image are: the root of the mean variance over the classes.
double spread(const FloatRows& logits);

}  // namespace clip_classify
