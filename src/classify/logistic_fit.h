// Multinomial logistic regression with an L2 penalty.
#pragma once

#include <vector>

#include "classify/linear_fit.h"

namespace clip_classify {

/// What is to be fitted. Everything is borrowed.
struct LogisticProblem {
  const FloatRows& rows;  ///< centred, or close to it
  const std::vector<std::size_t>& classes;
  std::size_t class_count = 0;
  const FloatRows* offset = nullptr;  ///< logits that the fit adds to, [examples, classes]
  const Eigen::MatrixXd& gram;        ///< rows' rows, or the like of it: its lower half
};

/// Minimises sum(weight * cross-entropy) + |weights|^2 / (2 strength) for one strength after another, each
/// from where the last one ended, so they should rise. An example's weight is examples / (classes * those of
/// its class), as with scikit-learn's LogisticRegression(C=strength, class_weight="balanced"); the bias is
/// free. With an offset, logits are offset + rows * weights' + bias, and the penalty, which the bias then has
/// too, pulls towards the classifier that the offset comes from. By L-BFGS (Nocedal 1980; Liu and Nocedal
/// 1989) that starts from the bound of the Hessian in Boehning 1992, "Multinomial logistic regression
/// algorithm". Centred.
class LogisticFitter {
 public:
  /// A rough fit ends early, and goes no further to weaker penalties once the examples are told apart: then
  /// little changes but the scale of the logits.
  LogisticFitter(const LogisticProblem& problem, bool rough);
  LinearFit fit(double strength);

 private:
  using Parameters = FloatRows;  ///< [present classes, width + 1], the bias last

  double objective(const Parameters& at, double strength, Parameters& gradient) const;
  void descend(double strength);
  double bias_penalty(double strength) const { return problem_.offset != nullptr ? 1 / strength : 0; }

  const LogisticProblem& problem_;
  bool rough_;
  bool told_apart_ = false;
  std::vector<std::size_t> labels_;    ///< the present classes
  std::vector<Eigen::Index> targets_;  ///< of each example, its place in labels_
  Eigen::VectorXf weights_;            ///< of each example
  FloatRows offset_;                   ///< of the present classes
  Parameters at_;
};

}  // namespace clip_classify
