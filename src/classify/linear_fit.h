// What the fits of few-shot training share: matrices of examples, and a linear classifier of them.
#pragma once

#define EIGEN_DONT_PARALLELIZE  // threads are shared out over fits

#include <Eigen/Dense>
#include <cstddef>
#include <vector>

namespace clip_classify {

/// A row for each example, or for each class.
using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using FloatRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// logits = rows * weights' + bias. A class that was absent from the examples has a row of zeros.
struct LinearFit {
  Rows weights;          ///< [classes, width]
  Eigen::VectorXd bias;  ///< [classes]

  Rows logits(const Rows& rows) const { return (rows * weights.transpose()).rowwise() + bias.transpose(); }
};

/// Which of `class_count` classes the examples are of.
inline std::vector<bool> present_classes(const std::vector<std::size_t>& classes, std::size_t class_count) {
  std::vector<bool> present(class_count);
  for (const auto label : classes) {
    present[label] = true;
  }
  return present;
}

/// Takes the mean over the present classes off, which no softmax sees: what examples say is then neutral on
/// average, so that scores of different fits may be compared.
inline void center(LinearFit& fit, const std::vector<bool>& present) {
  Eigen::RowVectorXd mean = Eigen::RowVectorXd::Zero(fit.weights.cols());
  double bias = 0;
  double count = 0;
  for (std::size_t label = 0; label < present.size(); ++label) {
    if (present[label]) {
      mean += fit.weights.row(static_cast<Eigen::Index>(label));
      bias += fit.bias[static_cast<Eigen::Index>(label)];
      ++count;
    }
  }
  for (std::size_t label = 0; label < present.size(); ++label) {
    if (present[label]) {
      fit.weights.row(static_cast<Eigen::Index>(label)) -= mean / count;
      fit.bias[static_cast<Eigen::Index>(label)] -= bias / count;
    }
  }
}

}  // namespace clip_classify
