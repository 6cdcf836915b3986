// Examples in as few dimensions as they span.
#pragma once

#include <span>

#include "classify/linear_fit.h"
#include "clip_classify/classifier.h"

namespace clip_classify {

/// Rows with their mean taken off, and in an orthonormal basis of what they span where they are fewer than
/// their dimensions: neither a covariance that is shrunk towards the identity nor an L2 penalty ever gives
/// weights outside of it, so that a fit in it is the same, and faster.
class FewShotSpace {
 public:
  explicit FewShotSpace(const Matrix& rows);

  const Rows& rows() const { return rows_; }
  const FloatRows& float_rows() const { return float_rows_; }
  std::size_t full_width() const { return static_cast<std::size_t>(mean_.size()); }

  /// The same classifier for the rows as they were.
  LinearFit expand(const LinearFit& fit) const;

 private:
  Eigen::VectorXd mean_;
  Eigen::MatrixXd basis_;  ///< [full width, width], or nothing
  Rows rows_;
  FloatRows float_rows_;
};

/// The zero-shot logits of each row.
FloatRows word_logits(const Matrix& rows, const Classifier& words);

/// Those that `items` numbers.
FloatRows selected(const FloatRows& rows, const std::vector<std::size_t>& items);
std::vector<std::size_t> selected(std::span<const std::size_t> values, const std::vector<std::size_t>& items);

}  // namespace clip_classify
