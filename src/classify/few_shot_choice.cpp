#include "classify/few_shot_choice.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "classify/in_parallel.h"
#include "classify/score_fits.h"

namespace clip_classify {
namespace {

constexpr double kShrinkages[] = {0.02, 0.1, 0.3, 0.7, 1.0};
constexpr double kShares[] = {0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0};
constexpr double kStrengths[] = {0.1, 1, 10, 100, 1000};
constexpr double kUncheckedStrength = 1;
constexpr double kWeakestForMany = 10;  // beyond it a penalty hardly counts against so many examples
constexpr std::size_t kMany = 5000;
constexpr double kMostWork = 1e9;  // multiplications for the logits of all examples
constexpr double kEqual = 1e-9;

std::vector<std::size_t> numbers_to(std::size_t count) {
  std::vector<std::size_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  return numbers;
}

std::vector<double> balanced_weights(std::span<const std::size_t> classes, const Folds& folds,
                                     std::size_t class_count) {
  std::vector<double> counts(class_count);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    counts[classes[i]] += folds.fold[i] ? 1 : 0;
  }
  const auto checked_classes =
      static_cast<double>(std::ranges::count_if(counts, [](double count) { return count > 0; }));
  const double checked = std::accumulate(counts.begin(), counts.end(), 0.0);
  std::vector<double> weights(classes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    weights[i] = folds.fold[i] ? checked / (checked_classes * counts[classes[i]]) : 0;
  }
  return weights;
}

/// How good a recipe is on each fold: sums of the images' weights.
struct Goodness {
  std::vector<double> right;
  std::vector<double> loss;

  double right_but(std::size_t fold) const { return std::reduce(right.begin(), right.end()) - right[fold]; }
  double loss_but(std::size_t fold) const { return std::reduce(loss.begin(), loss.end()) - loss[fold]; }
};

FloatRows mixed(const Recipe& recipe, const FloatRows& word_logits, const std::vector<FloatRows>& fitted) {
  const auto factor = static_cast<float>(recipe.factor);
  const FloatRows words = word_logits * (factor * static_cast<float>(recipe.words));
  return recipe.fit == 0 ? words : words + fitted[recipe.fitting] * (factor * static_cast<float>(recipe.fit));
}

bool is_right(const FloatRows& logits, std::size_t image, std::size_t label) {
  Eigen::Index best = 0;
  logits.row(static_cast<Eigen::Index>(image)).maxCoeff(&best);
  return static_cast<std::size_t>(best) == label;
}

double share_of(double examples, double logit_spread) {
  return logit_spread > 0 ? examples / logit_spread : 0;
}

/// All ways to mix what was fitted; `spreads` is that of each fitting's logits.
std::vector<Recipe> all_recipes(const std::vector<Fitting>& fittings, const std::vector<double>& spreads,
                                double word_spread, double word_factor, std::optional<FewShotMethod> method) {
  std::vector<Recipe> recipes;
  if (!method || method == FewShotMethod::words) {
    recipes.push_back({.choice = {}, .fitting = 0, .words = share_of(1, word_spread)});
  }
  for (std::size_t i = 0; i < fittings.size(); ++i) {
    const auto& [kind, shrinkage, strength, from_words] = fittings[i];
    if (kind == FewShotMethod::logistic) {
      recipes.push_back({{.method = kind, .strength = strength, .from_words = from_words},
                         i,
                         from_words ? word_factor : 0,
                         1});
      continue;
    }
    for (const double share : kShares) {
      recipes.push_back({{.method = kind, .shrinkage = shrinkage, .examples = share},
                         i,
                         share_of(1 - share, word_spread),
                         share_of(share, spreads[i])});
    }
  }
  return recipes;
}

}  // namespace

double spread(const FloatRows& logits) {
  const FloatRows centred = logits.colwise() - logits.rowwise().mean();
  return logits.size() == 0
             ? 0
             : std::sqrt(static_cast<double>(centred.squaredNorm()) / static_cast<double>(logits.size()));
}

std::vector<Fitting> all_fittings(const FewShotFits& fits, std::optional<FewShotMethod> method) {
  std::vector<Fitting> fittings;
  if (!method || method == FewShotMethod::gaussian) {
    const auto examples = fits.classes().size();
    for (const double shrinkage : kShrinkages) {
      fittings.push_back({FewShotMethod::gaussian, shrinkage});
    }
    fittings.push_back({FewShotMethod::gaussian, ridge_shrinkage(examples, fits.space().full_width())});
  }
  const double work =
      static_cast<double>(fits.space().rows().size()) * static_cast<double>(fits.class_count());
  if (method ? method == FewShotMethod::logistic : work <= kMostWork) {
    for (const double strength : kStrengths) {
      if (fits.classes().size() > kMany && strength > kWeakestForMany) {
        break;
      }
      fittings.push_back({FewShotMethod::logistic, 0, strength, false});
      fittings.push_back({FewShotMethod::logistic, 0, strength, true});
    }
  }
  return fittings;
}

CrossValidation cross_validate(const FewShotFits& fits, const std::vector<Fitting>& fittings, Folds folds,
                               int threads) {
  CrossValidation result{.folds = std::move(folds), .weights = {}, .logits = {}};
  const auto& classes = fits.classes();
  result.weights = balanced_weights(classes, result.folds, fits.class_count());
  result.logits.assign(fittings.size(), FloatRows::Zero(static_cast<Eigen::Index>(classes.size()),
                                                        static_cast<Eigen::Index>(fits.class_count())));
  const auto all = fits.sums(numbers_to(classes.size()));
  in_parallel(result.folds.count, threads, [&](std::size_t fold) {
    std::vector<std::size_t> seen;
    std::vector<std::size_t> aside;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      (result.folds.fold[i] == fold ? aside : seen).push_back(i);
    }
    if (aside.empty() || fittings.empty()) {
      return;
    }
    auto sums = all;
    sums -= fits.sums(aside);
    const auto fitted = fits.fit(seen, sums, fittings, true);
    for (std::size_t i = 0; i < fitted.size(); ++i) {
      const auto logits = fits.logits(fitted[i], aside);
      for (std::size_t image = 0; image < aside.size(); ++image) {
        result.logits[i].row(static_cast<Eigen::Index>(aside[image])) =
            logits.row(static_cast<Eigen::Index>(image)).cast<float>();
      }
    }
  });
  return result;
}

Chosen choose(const CrossValidation& checked, const std::vector<Fitting>& fittings, const FewShotFits& fits,
              const FloatRows& word_logits, double word_factor, std::optional<FewShotMethod> method) {
  const auto classes = selected(fits.classes(), numbers_to(fits.classes().size()));
  std::vector<std::size_t> aside;
  std::vector<std::size_t> fold_of(classes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (const auto& fold = checked.folds.fold[i]) {
      aside.push_back(i);
      fold_of[i] = *fold;
    }
  }
  std::vector<double> spreads;
  for (const auto& logits : checked.logits) {
    spreads.push_back(spread(selected(logits, aside)));
  }
  auto recipes = all_recipes(fittings, spreads, spread(word_logits), word_factor, method);
  std::vector<Goodness> goodness(recipes.size());
  std::vector<std::vector<bool>> right(recipes.size(), std::vector<bool>(classes.size()));
  for (std::size_t r = 0; r < recipes.size(); ++r) {
    const auto logits = mixed(recipes[r], word_logits, checked.logits);
    const Calibration examples{logits, classes, checked.weights};
    recipes[r].factor = fit_temperature(examples);
    const auto losses = cross_entropies(examples, recipes[r].factor);
    goodness[r] = {std::vector<double>(checked.folds.count), std::vector<double>(checked.folds.count)};
    for (const auto image : aside) {
      const auto fold = fold_of[image];
      right[r][image] = is_right(logits, image, classes[image]);
      goodness[r].right[fold] += right[r][image] ? checked.weights[image] : 0;
      goodness[r].loss[fold] += checked.weights[image] * losses[image];
    }
  }
  const auto best_by = [&](const auto& rightness, const auto& loss) {
    std::size_t best = 0;
    for (std::size_t r = 1; r < recipes.size(); ++r) {
      const double gain = rightness(goodness[r]) - rightness(goodness[best]);
      const bool as_right = gain > -kEqual && recipes[best].choice.method != FewShotMethod::words;
      if (gain > kEqual || (as_right && loss(goodness[r]) < loss(goodness[best]) - kEqual)) {
        best = r;
      }
    }
    return best;
  };
  std::vector<std::size_t> best_without(checked.folds.count);
  for (std::size_t fold = 0; fold < best_without.size(); ++fold) {
    best_without[fold] = best_by([=](const Goodness& of) { return of.right_but(fold); },
                                 [=](const Goodness& of) { return of.loss_but(fold); });
  }
  const auto best = best_by([](const Goodness& of) { return std::reduce(of.right.begin(), of.right.end()); },
                            [](const Goodness& of) { return std::reduce(of.loss.begin(), of.loss.end()); });
  Chosen chosen{recipes[best], mixed(recipes[best], word_logits, checked.logits),
                std::vector<bool>(classes.size())};
  for (const auto image : aside) {
    chosen.right[image] = right[best_without[fold_of[image]]][image];
  }
  return chosen;
}

Recipe default_recipe(const FewShotFits& fits, const std::vector<LinearFit>& fitted,
                      const std::vector<Fitting>& fittings, const FloatRows& word_logits, double word_factor,
                      std::optional<FewShotMethod> method) {
  if (method == FewShotMethod::words) {
    return {.choice = {}, .fitting = 0, .words = word_factor};
  }
  // Logistic regression on top of the words where it was fitted, else the nearest class mean.
  std::size_t chosen = 0;
  for (std::size_t i = 0; i < fittings.size(); ++i) {
    const auto& fitting = fittings[i];
    if (fitting.method == FewShotMethod::logistic
            ? fitting.from_words && fitting.strength == kUncheckedStrength
            : fitting.shrinkage == 1.0) {
      chosen = i;
    }
  }
  const auto& [kind, shrinkage, strength, from_words] = fittings[chosen];
  if (kind == FewShotMethod::logistic) {
    return {{.method = kind, .strength = strength, .from_words = from_words}, chosen, word_factor, 1};
  }
  const auto logits = fits.logits(fitted[chosen], numbers_to(fits.classes().size()));
  const double word_spread = spread(word_logits);
  return {{.method = kind, .shrinkage = shrinkage, .examples = 0.5},
          chosen,
          share_of(0.5, word_spread),
          share_of(0.5, spread(logits.cast<float>())),
          word_factor * word_spread};
}

}  // namespace clip_classify
