// The two fits beside scikit-learn 1.9.1 and SciPy 1.17.1 on the same numbers:
//   X[i, j] = sin(1.7 i i + 2.3 j + i j) + 1.2 (i % 3 == j), less its mean; classes i % 3
//   LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.25), times the mean variance within classes
//   LogisticRegression(C=C, class_weight="balanced", tol=1e-10), and with an offset scipy.optimize.minimize
#include <gtest/gtest.h>

#include <cmath>

#include "classify/gaussian_fit.h"
#include "classify/logistic_fit.h"

namespace clip_classify {
namespace {

constexpr Eigen::Index kExamples = 15;
constexpr Eigen::Index kWidth = 5;
const std::vector<std::size_t> kUnbalanced{0, 1, 2, 0, 1, 2, 0, 1, 0, 0, 1, 0, 0, 1, 0};

Rows some_rows() {
  Rows rows(kExamples, kWidth);
  for (Eigen::Index i = 0; i < kExamples; ++i) {
    for (Eigen::Index j = 0; j < kWidth; ++j) {
      rows(i, j) = std::sin(1.7 * static_cast<double>(i * i) + 2.3 * static_cast<double>(j) +
                            static_cast<double>(i * j)) +
                   (i % 3 == j ? 1.2 : 0);
    }
  }
  return rows.rowwise() - rows.colwise().mean();
}

std::vector<std::size_t> in_turn() {
  std::vector<std::size_t> classes;
  for (std::size_t i = 0; i < static_cast<std::size_t>(kExamples); ++i) {
    classes.push_back(i % 3);
  }
  return classes;
}

void expect_fit(const LinearFit& fit, const std::vector<double>& weights, const std::vector<double>& bias,
                double tolerance) {
  for (Eigen::Index label = 0; label < 3; ++label) {
    for (Eigen::Index column = 0; column < kWidth; ++column) {
      EXPECT_NEAR(fit.weights(label, column), weights[static_cast<std::size_t>(label * kWidth + column)],
                  tolerance);
    }
    EXPECT_NEAR(fit.bias[label], bias[static_cast<std::size_t>(label)], tolerance);
  }
}

TEST(GaussianFit, IsScikitLearns) {
  expect_fit(fit_gaussian({some_rows(), in_turn(), 3}, 0.25, kWidth),
             {0.669627, 0.094869, -0.977125, -0.40746, 0.222344, 0.283241, 0.997113, -0.346561, -0.404386,
              0.552258, -0.952868, -1.091982, 1.323686, 0.811846, -0.774601},
             {0.37958, 0.277996, -0.657575}, 1e-5);
}

TEST(GaussianFit, AtFullShrinkageTheNearestMeanWins) {
  const auto rows = some_rows();
  const auto classes = in_turn();
  const auto logits = fit_gaussian({rows, classes, 3}, 1, kWidth).logits(rows);
  const GaussianSums sums(rows, classes, 3);
  for (Eigen::Index i = 0; i < kExamples; ++i) {
    Eigen::Index best = 0;
    logits.row(i).maxCoeff(&best);
    for (Eigen::Index label = 0; label < 3; ++label) {
      EXPECT_LE((rows.row(i) - sums.sums().row(best) / 5).norm(),
                (rows.row(i) - sums.sums().row(label) / 5).norm() + 1e-12);
    }
  }
}

TEST(GaussianFit, PartsAddUpAndComeOff) {
  const auto rows = some_rows();
  const auto classes = in_turn();
  const std::vector<std::size_t> first(classes.begin(), classes.begin() + 6);
  const std::vector<std::size_t> last(classes.begin() + 6, classes.end());
  GaussianSums sums(rows.topRows(6), first, 3);
  sums += GaussianSums(rows.bottomRows(9), last, 3);
  const auto whole = fit_gaussian({rows, classes, 3}, 0.1, kWidth);
  EXPECT_TRUE(fit_gaussian(sums, 0.1, kWidth).weights.isApprox(whole.weights, 1e-9));
  sums -= GaussianSums(rows.topRows(6), first, 3);
  EXPECT_TRUE(fit_gaussian(sums, 0.1, kWidth)
                  .weights.isApprox(fit_gaussian({rows.bottomRows(9), last, 3}, 0.1, kWidth).weights, 1e-9));
}

TEST(GaussianFit, OneExampleOfEachClassAndAnAbsentOne) {
  const auto fit = fit_gaussian({some_rows().topRows(2), {2, 0}, 3}, 0.02, kWidth);
  EXPECT_TRUE(fit.weights.allFinite());
  EXPECT_EQ(fit.weights.row(1).norm(), 0);
  EXPECT_EQ(fit.bias[1], 0);
  const auto logits = fit.logits(some_rows().topRows(2));
  EXPECT_GT(logits(0, 2), logits(0, 0));
  EXPECT_GT(logits(1, 0), logits(1, 2));
}

TEST(GaussianFit, ShrinkageOfWangAndOthers) {
  EXPECT_DOUBLE_EQ(ridge_shrinkage(1, 1002), 1);
  EXPECT_DOUBLE_EQ(ridge_shrinkage(1003, 1002), 0.5);
}

TEST(LogisticFit, IsScikitLearns) {
  const FloatRows rows = some_rows().cast<float>();
  const GaussianSums sums(some_rows(), kUnbalanced, 3);
  const LogisticProblem problem{rows, kUnbalanced, 3, nullptr, sums.gram()};
  LogisticFitter fitter(problem, false);
  expect_fit(fitter.fit(0.5),
             {0.252676, -0.252097, -0.402269, -0.167151, 0.059174, 0.077612, 0.689532, -0.133313, -0.354996,
              0.320636, -0.330287, -0.437435, 0.535581, 0.522147, -0.37981},
             {0.39595, 0.205827, -0.601777}, 2e-3);
  expect_fit(fitter.fit(20),
             {0.71104, -1.276737, -2.016381, -0.912403, 0.144207, 0.322206, 2.562933, -0.369097, -1.116007,
              2.092835, -1.033246, -1.286196, 2.385478, 2.02841, -2.237042},
             {2.185751, 1.400587, -3.586339}, 2e-2);
}

TEST(LogisticFit, OnTopOfAnOffset) {
  const FloatRows rows = some_rows().cast<float>();
  FloatRows offset(kExamples, 3);
  for (Eigen::Index i = 0; i < kExamples; ++i) {
    for (Eigen::Index label = 0; label < 3; ++label) {
      offset(i, label) = std::cos(static_cast<float>(i + 2 * label));
    }
  }
  const GaussianSums sums(some_rows(), kUnbalanced, 3);
  const LogisticProblem problem{rows, kUnbalanced, 3, &offset, sums.gram()};
  expect_fit(LogisticFitter(problem, false).fit(5),
             {0.608531, -1.19797, -1.099231, -0.301039, -0.694223, 0.38567, 1.524016, -0.180309, -1.252473,
              1.852538, -0.994201, -0.326045, 1.27954, 1.553512, -1.158314},
             {0.953757, 0.332107, -1.285863}, 1e-2);
}

TEST(LogisticFit, AnAbsentClassStaysAtNothing) {
  const FloatRows rows = some_rows().cast<float>();
  std::vector<std::size_t> classes = in_turn();
  std::ranges::replace(classes, std::size_t{1}, std::size_t{2});
  const GaussianSums sums(some_rows(), classes, 3);
  const LogisticProblem problem{rows, classes, 3, nullptr, sums.gram()};
  const auto fit = LogisticFitter(problem, true).fit(10);
  EXPECT_EQ(fit.weights.row(1).norm(), 0);
  EXPECT_GT(fit.weights.row(0).norm(), 0.1);
}

}  // namespace
}  // namespace clip_classify
