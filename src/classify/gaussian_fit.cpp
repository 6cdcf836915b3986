#include "classify/gaussian_fit.h"

namespace clip_classify {
namespace {

/// Below this share of all variance, what is left within classes is rounding.
constexpr double kNoVariance = 1e-9;

Eigen::Index index_of(std::size_t number) {
  return static_cast<Eigen::Index>(number);
}

}  // namespace

GaussianSums::GaussianSums(std::size_t width, std::size_t class_count)
    : gram_(Eigen::MatrixXd::Zero(index_of(width), index_of(width))),
      sums_(Rows::Zero(index_of(class_count), index_of(width))),
      counts_(Eigen::VectorXd::Zero(index_of(class_count))) {}

GaussianSums::GaussianSums(const Rows& rows, const std::vector<std::size_t>& classes, std::size_t class_count)
    : GaussianSums(static_cast<std::size_t>(rows.cols()), class_count) {
  gram_.selfadjointView<Eigen::Lower>().rankUpdate(rows.transpose());
  for (std::size_t row = 0; row < classes.size(); ++row) {
    sums_.row(index_of(classes[row])) += rows.row(index_of(row));
    counts_[index_of(classes[row])] += 1;
  }
}

GaussianSums& GaussianSums::operator+=(const GaussianSums& part) {
  gram_ += part.gram_;
  sums_ += part.sums_;
  counts_ += part.counts_;
  return *this;
}

GaussianSums& GaussianSums::operator-=(const GaussianSums& part) {
  gram_ -= part.gram_;
  sums_ -= part.sums_;
  counts_ -= part.counts_;
  return *this;
}

LinearFit fit_gaussian(const GaussianSums& sums, double shrinkage, std::size_t full_width) {
  const auto class_count = sums.counts().size();
  const auto width = sums.gram().rows();
  Rows means = Rows::Zero(class_count, width);
  Eigen::MatrixXd within = sums.gram();
  std::vector<bool> present(static_cast<std::size_t>(class_count));
  for (Eigen::Index label = 0; label < class_count; ++label) {
    if (sums.counts()[label] > 0.5) {
      present[static_cast<std::size_t>(label)] = true;
      means.row(label) = sums.sums().row(label) / sums.counts()[label];
      within.selfadjointView<Eigen::Lower>().rankUpdate(means.row(label).transpose(), -sums.counts()[label]);
    }
  }
  const double variance = within.trace() / static_cast<double>(full_width);  // times the examples, as within
  if (within.trace() <= kNoVariance * sums.gram().trace()) {
    within.setZero();
    within.diagonal().setOnes();
  } else {
    within *= (1 - shrinkage) / variance;
    within.diagonal().array() += shrinkage;
  }
  const Eigen::LLT<Eigen::MatrixXd> factor(within);
  LinearFit fit{factor.solve(means.transpose()).transpose(), {}};
  fit.bias = -0.5 * fit.weights.cwiseProduct(means).rowwise().sum();
  center(fit, present);
  return fit;
}

double ridge_shrinkage(std::size_t examples, std::size_t full_width) {
  const auto width = static_cast<double>(full_width);
  return width / (static_cast<double>(examples) - 1 + width);
}

}  // namespace clip_classify
