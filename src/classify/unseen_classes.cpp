#include "classify/unseen_classes.h"

#include <algorithm>
#include <cmath>

#include "classify/in_parallel.h"
#include "classify/score_fits.h"

namespace clip_classify {
namespace {

constexpr std::size_t kMostGroups = 10;
constexpr std::size_t kMostGroupsOfMany = 4;
constexpr std::size_t kMany = 2000;  // examples
constexpr std::size_t kMostTrials = 1'000'000;

std::span<const double> row_of(const Rows& rows, std::size_t row) {
  return {rows.data() + row * static_cast<std::size_t>(rows.cols()), static_cast<std::size_t>(rows.cols())};
}

}  // namespace

UnseenClasses leave_classes_out(const FewShotFits& fits, const Recipe& recipe, const Fitting& fitting,
                                const FloatRows& word_logits, int threads) {
  const auto& classes = fits.classes();
  const auto class_count = fits.class_count();
  const auto groups = std::min(class_count, classes.size() > kMany ? kMostGroupsOfMany : kMostGroups);
  UnseenClasses unseen{(recipe.factor * recipe.words * word_logits.cast<double>().array()).matrix(),
                       std::vector<std::vector<bool>>(class_count)};
  std::vector<std::size_t> everything(classes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    everything[i] = i;
  }
  for (std::size_t label = 0; label < class_count; ++label) {
    unseen.seen[label].resize(class_count);
    for (std::size_t other = 0; other < class_count; ++other) {
      unseen.seen[label][other] = other % groups != label % groups;
    }
  }
  if (recipe.fit == 0) {
    return unseen;
  }
  const auto all = fits.sums(everything);
  in_parallel(groups, threads, [&](std::size_t group) {
    std::vector<std::size_t> stay;
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      (classes[i] % groups == group ? out : stay).push_back(i);
    }
    auto sums = all;
    sums -= fits.sums(out);
    const auto logits = fits.logits(fits.fit(stay, sums, {fitting}, true).front(), out);
    for (std::size_t i = 0; i < out.size(); ++i) {
      unseen.logits.row(static_cast<Eigen::Index>(out[i])) +=
          recipe.factor * recipe.fit * logits.row(static_cast<Eigen::Index>(i));
    }
  });
  return unseen;
}

ScoreSpec learn_word_scale(const FewShotFits& fits, const UnseenClasses& unseen, const FloatRows& logits,
                           const FloatRows& word_logits, const std::vector<double>& weights,
                           ScoreSpec start) {
  const auto& classes = fits.classes();
  const auto class_count = fits.class_count();
  const Rows aside = logits.cast<double>();
  std::vector<double> counts(class_count);
  for (const auto label : classes) {
    counts[label] += 1;
  }
  const auto others = static_cast<double>(class_count - 1);
  const auto stride = 1 + classes.size() * class_count / kMostTrials;
  std::vector<WordTrial> trials;
  for (std::size_t image = 0; image < classes.size(); ++image) {
    const auto own = classes[image];
    const auto word = [&](std::size_t label) {
      return static_cast<double>(
          word_logits(static_cast<Eigen::Index>(image), static_cast<Eigen::Index>(label)));
    };
    // The mean is taken as that of all other classes where more than this one were left out.
    trials.push_back({word(own),
                      log_mean_exp(row_of(unseen.logits, image), unseen.seen[own]) + std::log(others),
                      1 / counts[own], true});
    if (weights[image] <= 0) {
      continue;
    }
    std::vector<bool> rest(class_count, true);
    for (std::size_t label = image % stride; label < class_count; label += stride) {
      if (label != own) {
        rest[label] = false;
        trials.push_back({word(label), log_mean_exp(row_of(aside, image), rest) + std::log(others),
                          static_cast<double>(stride) / counts[own], false});
        rest[label] = true;
      }
    }
  }
  return fit_word_scale(trials, start);
}

Rejection learn_rejection(const FewShotFits& fits, const UnseenClasses& unseen, const FloatRows& logits,
                          const std::vector<double>& weights, double rate) {
  const auto& classes = fits.classes();
  const Rows aside = logits.cast<double>();
  const std::vector<bool> everything(fits.class_count(), true);
  std::vector<double> strangers;
  std::vector<double> own;
  for (std::size_t image = 0; image < classes.size(); ++image) {
    strangers.push_back(log_mean_exp(row_of(unseen.logits, image), unseen.seen[classes[image]]));
    if (weights[image] > 0) {
      own.push_back(log_mean_exp(row_of(aside, image), everything));
    }
  }
  std::ranges::sort(strangers, std::greater());
  const auto allowed = static_cast<std::size_t>(std::floor(rate * static_cast<double>(strangers.size())));
  Rejection rejection{.threshold = strangers[allowed], .rate = rate, .accepted = {}, .kept = {}};
  const auto passes = [&](double score) { return score > rejection.threshold; };
  rejection.accepted =
      proportion(static_cast<std::size_t>(std::ranges::count_if(strangers, passes)), strangers.size());
  rejection.kept = proportion(static_cast<std::size_t>(std::ranges::count_if(own, passes)), own.size());
  return rejection;
}

}  // namespace clip_classify
