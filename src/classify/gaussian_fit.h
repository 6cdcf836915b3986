// Gaussian discriminant analysis: a mean for each class, one covariance for all.
#pragma once

#include <vector>

#include "classify/linear_fit.h"

namespace clip_classify {

/// All that the fit needs of examples; those of two sets add up, and a part may be taken off again.
class GaussianSums {
 public:
  GaussianSums(std::size_t width, std::size_t class_count);
  GaussianSums(const Rows& rows, const std::vector<std::size_t>& classes, std::size_t class_count);

  GaussianSums& operator+=(const GaussianSums& part);
  GaussianSums& operator-=(const GaussianSums& part);

  const Eigen::MatrixXd& gram() const { return gram_; }  ///< of all rows: its lower half
  const Rows& sums() const { return sums_; }
  const Eigen::VectorXd& counts() const { return counts_; }

 private:
  Eigen::MatrixXd gram_;
  Rows sums_;
  Eigen::VectorXd counts_;
};

/// Bayes' rule for Gaussians that share a covariance S, each class as likely before (Wang et al. 2024, "A
/// hard-to-beat baseline for training-free CLIP-based adaptation", equation 4): weights A^-1 mean, bias
/// -mean' A^-1 mean / 2, with A = (1 - shrinkage) S / v + shrinkage I and v the mean of S's diagonal over
/// `full_width` dimensions, those that rows were projected from. That is scikit-learn's
/// LinearDiscriminantAnalysis with this shrinkage, but for a factor 1 / v of the logits. At shrinkage 1 it is
/// the nearest class mean. Where each class has one example there is no S, and shrinkage is 1. Centred.
LinearFit fit_gaussian(const GaussianSums& sums, double shrinkage, std::size_t full_width);

/// The shrinkage of Wang et al. (their equation 6, after Kubokawa and Srivastava 2008): the fewer examples,
/// the closer to 1.
double ridge_shrinkage(std::size_t examples, std::size_t full_width);

}  // namespace clip_classify
