#include "clip_classify/search.h"

#include <algorithm>
#include <cmath>

#include "classify/quick_dot.h"
#include "clip_classify/embeddings.h"

namespace clip_classify {
namespace {

/// Of the sum of the weights: a shorter vector is what rounding left.
constexpr double kNoDirection = 1e-6;

bool is_better(const Found& a, const Found& b) {
  return a.similarity != b.similarity ? a.similarity > b.similarity : a.place < b.place;
}

}  // namespace

std::vector<float> combine(std::span<const QueryTerm> terms) {
  std::vector<double> sum(terms.empty() ? 0 : terms.front().row.size());
  double weights = 0;
  for (const auto& [row, weight] : terms) {
    weights += std::abs(weight);
    for (std::size_t index = 0; index < sum.size(); ++index) {
      sum[index] += weight * row[index];
    }
  }
  double square = 0;
  for (const double value : sum) {
    square += value * value;
  }
  const double length = std::sqrt(square);
  if (!(length > kNoDirection * weights)) {
    return {};
  }
  std::vector<float> combined(sum.size());
  std::ranges::transform(sum, combined.begin(),
                         [&](double value) { return static_cast<float>(value / length); });
  return combined;
}

BestImages::BestImages(std::vector<float> query, std::size_t top_k, std::optional<double> threshold)
    : query_(std::move(query)), top_k_(top_k), threshold_(threshold), least_(threshold.value_or(-HUGE_VAL)) {}

bool BestImages::is_among_the_best(std::size_t place, double similarity) const {
  if (threshold_ && similarity < *threshold_) {
    return false;
  }
  return top_k_ == 0 || best_.size() < top_k_ || is_better({{}, place, similarity}, best_.front());
}

void BestImages::keep(Found found) {
  if (top_k_ == 0) {
    best_.push_back(std::move(found));
    return;
  }
  if (best_.size() == top_k_) {
    std::ranges::pop_heap(best_, is_better);
    best_.pop_back();
  }
  best_.push_back(std::move(found));
  std::ranges::push_heap(best_, is_better);
  if (best_.size() == top_k_) {
    least_ = best_.front().similarity;
  }
}

void BestImages::add(std::size_t place, std::span<const float> row, const Name& name) {
  if (quick_dot(query_, row) + quick_dot_error(query_.size()) < least_) {
    return;
  }
  const double similarity = dot(query_, row);
  if (!is_among_the_best(place, similarity)) {
    return;
  }
  if (auto called = name()) {
    keep({std::move(*called), place, similarity});
  }
}

void BestImages::merge(BestImages other) {
  for (auto& found : other.best_) {
    if (is_among_the_best(found.place, found.similarity)) {
      keep(std::move(found));
    }
  }
}

std::vector<Found> BestImages::take() {
  std::ranges::sort(best_, is_better);
  return std::move(best_);
}

}  // namespace clip_classify
