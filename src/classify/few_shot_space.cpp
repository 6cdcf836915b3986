#include "classify/few_shot_space.h"

namespace clip_classify {
namespace {

Eigen::Map<const FloatRows> map_of(const Matrix& rows) {
  return {rows.values.data(), static_cast<Eigen::Index>(rows.rows), static_cast<Eigen::Index>(rows.width)};
}

}  // namespace

FewShotSpace::FewShotSpace(const Matrix& rows) {
  rows_ = map_of(rows).cast<double>();
  mean_ = rows_.colwise().mean();
  rows_.rowwise() -= mean_.transpose();
  if (rows_.rows() < rows_.cols()) {
    const Eigen::HouseholderQR<Eigen::MatrixXd> factors(rows_.transpose());
    basis_ = factors.householderQ() * Eigen::MatrixXd::Identity(rows_.cols(), rows_.rows());
    rows_ = (rows_ * basis_).eval();
  }
  float_rows_ = rows_.cast<float>();
}

LinearFit FewShotSpace::expand(const LinearFit& fit) const {
  LinearFit full{basis_.size() > 0 ? Rows(fit.weights * basis_.transpose()) : fit.weights, fit.bias};
  full.bias -= full.weights * mean_;
  return full;
}

FloatRows word_logits(const Matrix& rows, const Classifier& words) {
  FloatRows logits = map_of(rows) * map_of(words.weights).transpose();
  return (logits.array() * static_cast<float>(words.scale) + static_cast<float>(words.bias)).matrix();
}

FloatRows selected(const FloatRows& rows, const std::vector<std::size_t>& items) {
  FloatRows chosen(static_cast<Eigen::Index>(items.size()), rows.cols());
  for (std::size_t i = 0; i < items.size(); ++i) {
    chosen.row(static_cast<Eigen::Index>(i)) = rows.row(static_cast<Eigen::Index>(items[i]));
  }
  return chosen;
}

std::vector<std::size_t> selected(std::span<const std::size_t> values,
                                  const std::vector<std::size_t>& items) {
  std::vector<std::size_t> chosen;
  chosen.reserve(items.size());
  for (const auto item : items) {
    chosen.push_back(values[item]);
  }
  return chosen;
}

}  // namespace clip_classify
