#include "clip_classify/few_shot.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "classify/few_shot_choice.h"
#include "classify/score_fits.h"
#include "classify/unseen_classes.h"
#include "clip_classify/error.h"

namespace clip_classify {
namespace {

void check(std::size_t class_count, const FewShotOptions& options) {
  if (class_count < 2) {
    throw usage_error("there is only one class with examples; a classifier chooses between two or more");
  }
  if (options.reject && class_count < 3) {
    throw usage_error(
        "--reject needs examples of three classes or more, since each is left out in turn to see how "
        "strange images score");
  }
}

/// Each class's weights add up to the same.
std::vector<double> equal_weights(std::span<const std::size_t> classes, std::size_t class_count) {
  std::vector<double> counts(class_count);
  for (const auto label : classes) {
    counts[label] += 1;
  }
  std::vector<double> weights;
  for (const auto label : classes) {
    weights.push_back(1 / counts[label]);
  }
  return weights;
}

/// The recipe as one weight row, scale and bias a label.
Classifier assemble(const Classifier& words, const Recipe& recipe, const LinearFit& fit) {
  Classifier made{words.labels, words.weights, 1.0, 0.0, Activation::softmax, {}};
  for (std::size_t label = 0; label < made.labels.size(); ++label) {
    const auto row = made.weights.row(label);
    const auto index = static_cast<Eigen::Index>(label);
    Eigen::RowVectorXd weights =
        Eigen::Map<const Eigen::RowVectorXf>(row.data(), static_cast<Eigen::Index>(row.size()))
            .cast<double>() *
        (recipe.factor * recipe.words * words.scale);
    double bias = recipe.factor * recipe.words * words.bias;
    if (recipe.fit != 0) {
      weights += recipe.factor * recipe.fit * fit.weights.row(index);
      bias += recipe.factor * recipe.fit * fit.bias[index];
    }
    const double length = weights.norm();
    if (length > 0) {
      weights /= length;
    }
    std::ranges::transform(weights, row.begin(), [](double value) { return static_cast<float>(value); });
    made.own.push_back({length, bias});
  }
  return made;
}

/// Where nothing can be learned of it: as a label whose examples say nothing, but at least as far apart as
/// words alone are.
ScoreSpec default_word_scale(const Recipe& recipe, double word_factor, const FloatRows& word_logits) {
  const double trained = recipe.factor * recipe.words;
  const double scale = std::max(trained, word_factor);
  return {scale, (trained - scale) * static_cast<double>(word_logits.mean())};
}

void count(FewShotReport& report, std::span<const std::size_t> classes, const CrossValidation& checked,
           const FloatRows& word_logits, const Chosen* chosen) {
  std::size_t words_right = 0;
  std::size_t trained_right = 0;
  std::size_t all = 0;
  for (std::size_t image = 0; image < classes.size(); ++image) {
    auto& figures = report.classes[classes[image]];
    ++figures.images;
    if (chosen == nullptr || !checked.folds.fold[image]) {
      continue;
    }
    Eigen::Index best = 0;
    word_logits.row(static_cast<Eigen::Index>(image)).maxCoeff(&best);
    const bool by_words = static_cast<std::size_t>(best) == classes[image];
    ++figures.checked;
    figures.words_right += by_words ? 1 : 0;
    figures.trained_right += chosen->right[image] ? 1 : 0;
    ++all;
    words_right += by_words ? 1 : 0;
    trained_right += chosen->right[image] ? 1 : 0;
  }
  report.words = proportion(words_right, all);
  report.trained = proportion(trained_right, all);
}

}  // namespace

std::string_view name_of(FewShotMethod method) {
  switch (method) {
    case FewShotMethod::gaussian:
      return "gaussian";
    case FewShotMethod::logistic:
      return "logistic";
    case FewShotMethod::words:
      break;
  }
  return "words";
}

std::optional<FewShotMethod> method_of(std::string_view name) {
  for (const auto method : {FewShotMethod::words, FewShotMethod::gaussian, FewShotMethod::logistic}) {
    if (name == name_of(method)) {
      return method;
    }
  }
  return std::nullopt;
}

TrainedClassifier train_few_shot(const Matrix& rows, std::span<const std::size_t> classes,
                                 std::span<const std::size_t> pictures, const Classifier& words,
                                 const FewShotOptions& options) {
  const auto class_count = words.labels.size();
  check(class_count, options);
  auto folds = make_folds(classes, pictures);
  const bool can_check = std::ranges::any_of(folds.fold, [](const auto& fold) { return fold.has_value(); });
  if (options.reject && !can_check) {
    throw usage_error(
        "--reject needs two images or more of a class, to see how those score that are not strange");
  }
  const FewShotSpace space(rows);
  const auto by_words = word_logits(rows, words);
  std::vector<std::size_t> everything(classes.size());
  std::iota(everything.begin(), everything.end(), std::size_t{0});
  const double word_factor =
      fit_temperature({by_words, {classes.begin(), classes.end()}, equal_weights(classes, class_count)});
  const FewShotFits fits(space, classes, class_count, by_words, word_factor, options.stop);

  TrainedClassifier made;
  made.report.classes.resize(class_count);
  made.report.folds = can_check ? folds.count : 0;
  const auto fittings = all_fittings(fits, options.method);
  const auto sums = fits.sums(everything);
  std::optional<Chosen> chosen;
  CrossValidation checked;
  std::vector<LinearFit> fitted;
  Recipe recipe;
  if (can_check) {
    checked = cross_validate(fits, fittings, std::move(folds), options.threads);
    chosen = choose(checked, fittings, fits, by_words, word_factor, options.method);
    recipe = chosen->recipe;
    if (recipe.fit != 0) {
      fitted = fits.fit(everything, sums, {fittings[recipe.fitting]}, false);
    }
  } else {
    auto all = fits.fit(everything, sums, fittings, false);
    recipe = default_recipe(fits, all, fittings, by_words, word_factor, options.method);
    if (recipe.fit != 0) {
      fitted.push_back(std::move(all[recipe.fitting]));
    }
  }
  made.report.choice = recipe.choice;
  made.classifier = assemble(words, recipe, fitted.empty() ? LinearFit() : space.expand(fitted.front()));
  auto word_scale = default_word_scale(recipe, word_factor, by_words);
  if (chosen && class_count > 2) {
    const auto unseen = leave_classes_out(
        fits, recipe, recipe.fit != 0 ? fittings[recipe.fitting] : Fitting(), by_words, options.threads);
    word_scale = learn_word_scale(fits, unseen, chosen->logits, by_words, checked.weights, word_scale);
    if (options.reject) {
      made.rejection = learn_rejection(fits, unseen, chosen->logits, checked.weights, *options.reject);
    }
  }
  made.words = {word_scale.scale * words.scale, word_scale.scale * words.bias + word_scale.bias};
  count(made.report, classes, checked, by_words, chosen ? &*chosen : nullptr);
  return made;
}

}  // namespace clip_classify
