#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>

#include "classify/checks.h"
#include "clip_classify/description.h"
#include "clip_classify/error.h"

namespace clip_classify {
namespace {

/// Of a tag's score, what the score of one with fewer words must be to take its place.
constexpr double kHardlyLess = 0.9;

/// Tags beyond those asked for among which such a one is looked for.
constexpr std::size_t kBeyond = 10;

/// Whether the words of a text stand together in another.
bool stands_in(std::string_view text, std::string_view other) {
  for (auto at = other.find(text); at != std::string_view::npos; at = other.find(text, at + 1)) {
    const auto end = at + text.size();
    if ((at == 0 || other[at - 1] == ' ') && (end == other.size() || other[end] == ' ')) return true;
  }
  return false;
}

double probability(double similarity, const ScoreSpec& spec) {
  return 1 / (1 + std::exp(-(spec.scale * similarity + spec.bias)));
}

/// Whether better tags say the same as this one, which takes their place where it is the more general one.
bool is_said(const Tag& tag, std::vector<Tag>& better, const EmbeddedPhrases& bank,
             const TagOptions& options) {
  const auto says_less = [&](const Tag& than) {
    return tag.score >= kHardlyLess * than.score &&
           stands_in(bank.phrase(tag.phrase).text, bank.phrase(than.phrase).text);
  };
  const auto is_same = [&](const Tag& other) { return bank.same(other.phrase, tag.phrase, options.alike); };
  if (std::any_of(better.begin(), better.end(),
                  [&](const Tag& other) { return is_same(other) && !says_less(other); })) {
    return true;
  }
  std::erase_if(better, says_less);
  return false;
}

}  // namespace

EmbeddedPhrases::EmbeddedPhrases(std::vector<Phrase> phrases, Matrix rows)
    : phrases_(std::move(phrases)), rows_(std::move(rows)) {
  if (rows_.rows != phrases_.size()) {
    throw model_error(std::to_string(phrases_.size()) + " phrases, but " + std::to_string(rows_.rows) +
                      " embeddings");
  }
  check_finite(rows_.values, "a phrase");
  std::vector<double> sum(rows_.width);
  for (std::size_t i = 0; i < rows_.rows; ++i) {
    std::transform(sum.begin(), sum.end(), rows_.row(i).begin(), sum.begin(), std::plus<>());
  }
  std::vector<float> mean(rows_.width);
  std::transform(sum.begin(), sum.end(), mean.begin(),
                 [&](double value) { return static_cast<float>(value / static_cast<double>(rows_.rows)); });
  mean_square_ = dot(mean, mean);
  for (std::size_t i = 0; i < rows_.rows; ++i) {
    on_mean_.push_back(dot(mean, row(i)));
    from_mean_.push_back(std::sqrt(std::max(0.0, dot(row(i), row(i)) - 2 * on_mean_[i] + mean_square_)));
  }
}

std::vector<double> EmbeddedPhrases::similarities(std::span<const float> image) const {
  check_width(image.size(), rows_.width);
  check_finite(image, "an image");
  std::vector<double> similarities(size());
  for (std::size_t i = 0; i < size(); ++i) similarities[i] = dot(image, row(i));
  return similarities;
}

double EmbeddedPhrases::likeness(std::size_t a, std::size_t b) const {
  const double lengths = from_mean_[a] * from_mean_[b];
  if (a == b || lengths == 0) return 1;
  return (dot(row(a), row(b)) - on_mean_[a] - on_mean_[b] + mean_square_) / lengths;
}

bool EmbeddedPhrases::same(std::size_t a, std::size_t b, double alike) const {
  const std::string& text = phrases_[a].text;
  const std::string& other = phrases_[b].text;
  return stands_in(text, other) || stands_in(other, text) || likeness(a, b) >= alike;
}

std::vector<Tag> best_tags(std::span<const float> image, const EmbeddedPhrases& bank,
                           const TagOptions& options) {
  const std::vector<double> similarities = bank.similarities(image);
  const auto worse = [&](std::size_t a, std::size_t b) {
    return similarities[a] != similarities[b] ? similarities[a] < similarities[b] : a > b;
  };
  std::vector<std::size_t> rest(bank.size());
  std::iota(rest.begin(), rest.end(), std::size_t{0});
  std::make_heap(rest.begin(), rest.end(), worse);
  const double least = options.threshold.value_or(
      rest.empty() ? 0 : options.least_share * probability(similarities[rest.front()], options.judged_alone));
  std::vector<Tag> tags;
  while (options.count > 0 && !rest.empty()) {
    std::pop_heap(rest.begin(), rest.end(), worse);
    const std::size_t phrase = rest.back();
    rest.pop_back();
    const Tag tag{phrase, similarities[phrase], probability(similarities[phrase], options.judged_alone)};
    // Beyond the count, what takes the place of others is still looked for.
    const bool enough =
        tags.size() >= options.count + kBeyond ||
        (tags.size() >= options.count && tag.score < kHardlyLess * tags[options.count - 1].score);
    if (tag.score < least || enough) break;
    if (!is_said(tag, tags, bank, options)) tags.push_back(tag);
  }
  tags.resize(std::min(tags.size(), options.count));
  return tags;
}

}  // namespace clip_classify
