#include "classify/logistic_fit.h"

#include <cmath>
#include <deque>

namespace clip_classify {
namespace {

constexpr int kMostSteps = 200;
constexpr std::size_t kMemory = 10;
/// The objective's expected gain for each example where the descent ends.
constexpr double kEnough = 1e-7;
constexpr double kRoughlyEnough = 1e-5;
/// Cross-entropy and penalty for each example.
constexpr double kToldApart = 0.02;
constexpr double kSufficientDecrease = 1e-4;

double product(const FloatRows& a, const FloatRows& b) {
  double sum = 0;
  for (Eigen::Index row = 0; row < a.rows(); ++row) {
    sum += static_cast<double>(a.row(row).dot(b.row(row)));
  }
  return sum;
}

/// The inverse of a bound of the Hessian: 1/2 gram + 1 / strength for each class, 1/2 examples for a bias
/// that is free.
class Bound {
 public:
  Bound(const Eigen::MatrixXd& gram, double strength, double bias_penalty, Eigen::Index examples)
      : bias_(static_cast<float>(1 / (0.5 * static_cast<double>(examples) + bias_penalty))) {
    Eigen::MatrixXf hessian = 0.5F * gram.cast<float>();
    hessian.diagonal().array() += static_cast<float>(1 / strength);
    factor_.compute(hessian);
  }

  FloatRows solve(const FloatRows& gradient) const {
    FloatRows solved(gradient.rows(), gradient.cols());
    const auto width = gradient.cols() - 1;
    solved.leftCols(width) = factor_.solve(gradient.leftCols(width).transpose()).transpose();
    solved.col(width) = bias_ * gradient.col(width);
    return solved;
  }

 private:
  Eigen::LLT<Eigen::MatrixXf> factor_;
  float bias_;
};

struct Step {
  FloatRows moved;
  FloatRows turned;  ///< the gradient
  double curvature = 0;
};

/// The two loops of L-BFGS.
FloatRows direction(const FloatRows& gradient, const std::deque<Step>& steps, const Bound& bound) {
  FloatRows way = gradient;
  std::vector<double> shares(steps.size());
  for (std::size_t i = steps.size(); i-- > 0;) {
    shares[i] = product(steps[i].moved, way) / steps[i].curvature;
    way -= static_cast<float>(shares[i]) * steps[i].turned;
  }
  way = bound.solve(way);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double share = product(steps[i].turned, way) / steps[i].curvature;
    way += static_cast<float>(shares[i] - share) * steps[i].moved;
  }
  return -way;
}

}  // namespace

LogisticFitter::LogisticFitter(const LogisticProblem& problem, bool rough)
    : problem_(problem), rough_(rough) {
  const auto present = present_classes(problem.classes, problem.class_count);
  std::vector<Eigen::Index> places(problem.class_count);
  for (std::size_t label = 0; label < problem.class_count; ++label) {
    places[label] = static_cast<Eigen::Index>(labels_.size());
    if (present[label]) {
      labels_.push_back(label);
    }
  }
  Eigen::VectorXf counts = Eigen::VectorXf::Zero(static_cast<Eigen::Index>(labels_.size()));
  for (const auto label : problem.classes) {
    targets_.push_back(places[label]);
    counts[places[label]] += 1;
  }
  weights_.resize(static_cast<Eigen::Index>(targets_.size()));
  for (Eigen::Index row = 0; row < weights_.size(); ++row) {
    weights_[row] = static_cast<float>(weights_.size()) /
                    (static_cast<float>(labels_.size()) * counts[targets_[static_cast<std::size_t>(row)]]);
  }
  if (problem.offset != nullptr) {
    offset_.resize(problem.offset->rows(), counts.size());
    for (Eigen::Index place = 0; place < counts.size(); ++place) {
      offset_.col(place) =
          problem.offset->col(static_cast<Eigen::Index>(labels_[static_cast<std::size_t>(place)]));
    }
  }
  at_ = Parameters::Zero(counts.size(), problem.rows.cols() + 1);
}

double LogisticFitter::objective(const Parameters& at, double strength, Parameters& gradient) const {
  const auto width = problem_.rows.cols();
  FloatRows logits = problem_.rows * at.leftCols(width).transpose();
  logits.rowwise() += at.col(width).transpose();
  if (problem_.offset != nullptr) {
    logits += offset_;
  }
  double loss = 0;
  for (Eigen::Index row = 0; row < logits.rows(); ++row) {
    auto scores = logits.row(row).array();
    const auto target = targets_[static_cast<std::size_t>(row)];
    scores -= scores.maxCoeff();
    const float own = scores[target];
    scores = scores.exp();
    const float sum = scores.sum();
    loss += static_cast<double>(weights_[row] * (std::log(sum) - own));
    scores *= weights_[row] / sum;  // now the gradient by the logits
    scores[target] -= weights_[row];
  }
  gradient.resize(at.rows(), at.cols());
  gradient.leftCols(width) = logits.transpose() * problem_.rows;
  gradient.leftCols(width) += at.leftCols(width) * static_cast<float>(1 / strength);
  gradient.col(width) = logits.colwise().sum().transpose();
  gradient.col(width) += at.col(width) * static_cast<float>(bias_penalty(strength));
  return loss + static_cast<double>(at.leftCols(width).squaredNorm()) / (2 * strength) +
         static_cast<double>(at.col(width).squaredNorm()) * bias_penalty(strength) / 2;
}

void LogisticFitter::descend(double strength) {
  const Bound bound(problem_.gram, strength, bias_penalty(strength), problem_.rows.rows());
  const auto examples = static_cast<double>(problem_.rows.rows());
  const double enough = (rough_ ? kRoughlyEnough : kEnough) * examples;
  Parameters gradient;
  double value = objective(at_, strength, gradient);
  std::deque<Step> steps;
  for (int step = 0; step < kMostSteps; ++step) {
    const Parameters way = direction(gradient, steps, bound);
    const double slope = product(gradient, way);
    if (-slope < enough) {
      break;
    }
    Parameters next;
    Parameters next_gradient;
    double next_value = 0;
    float length = 1;
    do {
      next = at_ + length * way;
      next_value = objective(next, strength, next_gradient);
      length /= 2;
    } while (next_value > value + kSufficientDecrease * 2 * length * slope && length > 1e-6F);
    if (next_value >= value) {
      break;  // as good as rounding allows
    }
    Step made{next - at_, next_gradient - gradient, 0};
    made.curvature = product(made.moved, made.turned);
    if (made.curvature > 0) {
      steps.push_back(std::move(made));
      if (steps.size() > kMemory) {
        steps.pop_front();
      }
    }
    at_ = std::move(next);
    gradient = std::move(next_gradient);
    value = next_value;
  }
  told_apart_ = value < kToldApart * examples;
}

LinearFit LogisticFitter::fit(double strength) {
  if (!rough_ || !told_apart_) {
    descend(strength);
  }
  const auto width = problem_.rows.cols();
  const auto class_count = static_cast<Eigen::Index>(problem_.class_count);
  LinearFit fit{Rows::Zero(class_count, width), Eigen::VectorXd::Zero(class_count)};
  for (std::size_t place = 0; place < labels_.size(); ++place) {
    const auto label = static_cast<Eigen::Index>(labels_[place]);
    fit.weights.row(label) = at_.row(static_cast<Eigen::Index>(place)).leftCols(width).cast<double>();
    fit.bias[label] = static_cast<double>(at_(static_cast<Eigen::Index>(place), width));
  }
  center(fit, present_classes(problem_.classes, problem_.class_count));
  return fit;
}

}  // namespace clip_classify
