#include "classify/few_shot_fits.h"

#include <algorithm>
#include <optional>

#include "classify/logistic_fit.h"
#include "clip_classify/error.h"

namespace clip_classify {
namespace {

Rows rows_of(const Rows& rows, const std::vector<std::size_t>& items) {
  Rows chosen(static_cast<Eigen::Index>(items.size()), rows.cols());
  for (std::size_t i = 0; i < items.size(); ++i) {
    chosen.row(static_cast<Eigen::Index>(i)) = rows.row(static_cast<Eigen::Index>(items[i]));
  }
  return chosen;
}

}  // namespace

GaussianSums FewShotFits::sums(const std::vector<std::size_t>& items) const {
  return {rows_of(space_.rows(), items), selected(classes_, items), class_count_};
}

std::vector<LinearFit> FewShotFits::fit(const std::vector<std::size_t>& items, const GaussianSums& sums,
                                        const std::vector<Fitting>& fittings, bool rough) const {
  const bool logistic = std::ranges::any_of(
      fittings, [](const Fitting& fitting) { return fitting.method == FewShotMethod::logistic; });
  const auto rows = logistic ? selected(space_.float_rows(), items) : FloatRows();
  const auto offset = logistic ? selected(offset_, items) : FloatRows();
  const auto classes = selected(classes_, items);
  const LogisticProblem alone{rows, classes, class_count_, nullptr, sums.gram()};
  const LogisticProblem on_words{rows, classes, class_count_, &offset, sums.gram()};
  std::optional<LogisticFitter> fitter_alone;
  std::optional<LogisticFitter> fitter_on_words;
  std::vector<LinearFit> fits;
  for (const auto& fitting : fittings) {
    if (stop_.stop_requested()) {
      throw Interrupted("interrupted while the classifier was trained; nothing is written");
    }
    if (fitting.method == FewShotMethod::gaussian) {
      fits.push_back(fit_gaussian(sums, fitting.shrinkage, space_.full_width()));
      continue;
    }
    auto& fitter = fitting.from_words ? fitter_on_words : fitter_alone;
    if (!fitter) {
      fitter.emplace(fitting.from_words ? on_words : alone, rough);
    }
    fits.push_back(fitter->fit(fitting.strength));
  }
  return fits;
}

Rows FewShotFits::logits(const LinearFit& fit, const std::vector<std::size_t>& items) const {
  return fit.logits(rows_of(space_.rows(), items));
}

}  // namespace clip_classify
