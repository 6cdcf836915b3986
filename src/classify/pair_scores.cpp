#include "clip_classify/pair_scores.h"

#include <algorithm>
#include <atomic>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "clip_classify/error.h"
#include "model/thread_team.h"

namespace clip_classify {
namespace {

constexpr double kClipScoreWeight = 2.5;

/// A tile's sums are held in registers: of this many images, which are the vector's lanes, and texts.
constexpr std::size_t kLanes = 8;
constexpr std::size_t kTexts = 4;
/// As many images stay in a core's cache while all texts pass by.
constexpr std::size_t kPanels = 8;
constexpr std::size_t kBlock = kPanels * kLanes;

using Tile = float[kTexts][kLanes];
using Vector = float __attribute__((vector_size(16), aligned(sizeof(float)), may_alias));
constexpr std::size_t kVectors = kLanes * sizeof(float) / sizeof(Vector);

/// Cosines of some images, with a component of all of them side by side, and some texts. Left to itself, GCC
/// 12 makes vectors along the width and spends its time on turning them.
void score_tile(const float* images, const float* const (&texts)[kTexts], std::size_t width, Tile& scores) {
  Vector sums[kTexts][kVectors] = {};
  for (std::size_t k = 0; k < width; ++k) {
    const auto* components = reinterpret_cast<const Vector*>(images + k * kLanes);
    for (std::size_t text = 0; text < kTexts; ++text) {
      for (std::size_t vector = 0; vector < kVectors; ++vector) {
        sums[text][vector] += texts[text][k] * components[vector];
      }
    }
  }
  std::memcpy(scores, sums, sizeof scores);
}

/// How far a tile's score may be from dot(): rounding by half a unit for each product and each sum of unit
/// rows' components (Higham 2002, "Accuracy and Stability of Numerical Algorithms", section 3.1), and of the
/// rows' lengths.
double largest_error(std::size_t width) {
  return 1.1 * static_cast<double>(width + 4) * (FLT_EPSILON / 2);
}

class Ranker {
 public:
  Ranker(const Matrix& images, const Matrix& texts, std::span<const std::size_t> image_of_text)
      : images_(images), texts_(texts), image_of_text_(image_of_text), error_(largest_error(images.width)) {
    order_pairs();
  }

  Retrieval run(int threads, const std::stop_token& stop);

 private:
  /// What one thread counts of the wrong candidates that score as high as the right one.
  struct Counts {
    std::vector<std::size_t> images;  ///< for each text
    /// For each place in pairs_: texts that score as high as this pair and all before it of its image, but
    /// lower than the next.
    std::vector<std::size_t> texts;
    std::vector<float> block;  ///< of images: panels of [width][kLanes]
  };

  void order_pairs();
  void load_block(std::size_t first_image, std::vector<float>& block) const;
  void count_block(std::size_t first_image, Counts& counts) const;
  void count_pair(std::size_t image, std::size_t text, double score, Counts& counts) const;
  Retrieval finish(const std::vector<Counts>& parts) const;

  double exact(std::size_t image, std::size_t text) const {
    return dot(images_.row(image), texts_.row(text));
  }

  const Matrix& images_;
  const Matrix& texts_;
  std::span<const std::size_t> image_of_text_;
  double error_;
  std::vector<double> own_;          ///< each text's score with its image; -infinity for what is no number
  std::vector<std::size_t> pairs_;   ///< texts by their image, then by own_, the worst first
  std::vector<double> pair_scores_;  ///< own_ in that order
  std::vector<std::size_t> first_pair_;  ///< of each image in pairs_, and their number
};

void Ranker::order_pairs() {
  own_.resize(texts_.rows);
  first_pair_.assign(images_.rows + 1, 0);
  for (std::size_t text = 0; text < texts_.rows; ++text) {
    const double score = exact(image_of_text_[text], text);
    own_[text] = std::isnan(score) ? -std::numeric_limits<double>::infinity() : score;
    ++first_pair_[image_of_text_[text] + 1];
  }
  std::partial_sum(first_pair_.begin(), first_pair_.end(), first_pair_.begin());
  pairs_.resize(texts_.rows);
  std::iota(pairs_.begin(), pairs_.end(), std::size_t{0});
  std::ranges::sort(pairs_, [&](std::size_t a, std::size_t b) {
    return image_of_text_[a] != image_of_text_[b] ? image_of_text_[a] < image_of_text_[b] : own_[a] < own_[b];
  });
  pair_scores_.resize(texts_.rows);
  std::ranges::transform(pairs_, pair_scores_.begin(), [&](std::size_t text) { return own_[text]; });
}

void Ranker::load_block(std::size_t first_image, std::vector<float>& block) const {
  const std::size_t width = images_.width;
  for (std::size_t i = 0; i < kBlock; ++i) {
    float* const panel = block.data() + i / kLanes * kLanes * width;
    for (std::size_t k = 0; k < width; ++k) {
      panel[k * kLanes + i % kLanes] =
          first_image + i < images_.rows ? images_.row(first_image + i)[k] : 0.0F;
    }
  }
}

void Ranker::count_pair(std::size_t image, std::size_t text, double score, Counts& counts) const {
  if (image_of_text_[text] == image) {
    return;
  }
  const auto begin = pair_scores_.begin() + static_cast<std::ptrdiff_t>(first_pair_[image]);
  const auto end = pair_scores_.begin() + static_cast<std::ptrdiff_t>(first_pair_[image + 1]);
  const auto in_doubt = [&](double own) { return !(std::abs(score - own) > error_); };
  // The image's own texts up to here score no higher.
  auto place = std::upper_bound(begin, end, score);
  if (in_doubt(own_[text]) || (place != begin && in_doubt(*std::prev(place))) ||
      (place != end && in_doubt(*place))) {
    score = exact(image, text);
    place = std::upper_bound(begin, end, score);
  }
  counts.images[text] += score < own_[text] ? 0 : 1;
  if (place != begin) {
    ++counts.texts[static_cast<std::size_t>(place - pair_scores_.begin()) - 1];
  }
}

void Ranker::count_block(std::size_t first_image, Counts& counts) const {
  load_block(first_image, counts.block);
  const std::size_t width = images_.width;
  for (std::size_t first_text = 0; first_text < texts_.rows; first_text += kTexts) {
    const std::size_t text_count = std::min(kTexts, texts_.rows - first_text);
    const float* rows[kTexts];
    for (std::size_t i = 0; i < kTexts; ++i) {
      rows[i] = texts_.row(first_text + std::min(i, text_count - 1)).data();
    }
    for (std::size_t first = 0; first < kBlock && first_image + first < images_.rows; first += kLanes) {
      Tile scores;
      score_tile(counts.block.data() + first * width, rows, width, scores);
      const std::size_t image_count = std::min(kLanes, images_.rows - first_image - first);
      for (std::size_t text = 0; text < text_count; ++text) {
        for (std::size_t lane = 0; lane < image_count; ++lane) {
          count_pair(first_image + first + lane, first_text + text, scores[text][lane], counts);
        }
      }
    }
  }
}

Retrieval Ranker::run(int threads, const std::stop_token& stop) {
  const Counts empty{std::vector<std::size_t>(texts_.rows), std::vector<std::size_t>(texts_.rows),
                     std::vector<float>(kBlock * images_.width)};
  std::vector<Counts> parts(static_cast<std::size_t>(std::max(threads, 1)), empty);
  std::atomic<std::size_t> next_image = 0;
  ThreadTeam team(static_cast<int>(parts.size()));
  team.run([&](int part) {
    for (std::size_t image = next_image.fetch_add(kBlock); image < images_.rows && !stop.stop_requested();
         image = next_image.fetch_add(kBlock)) {
      count_block(image, parts[static_cast<std::size_t>(part)]);
    }
  });
  if (stop.stop_requested()) {
    throw Interrupted("interrupted while pairs were ranked");
  }
  return finish(parts);
}

Retrieval Ranker::finish(const std::vector<Counts>& parts) const {
  Retrieval result;
  result.image_ranks.assign(texts_.rows, 1);
  result.text_ranks.assign(texts_.rows, 1);
  for (std::size_t image = 0; image < images_.rows; ++image) {
    // From an image's best text to its worst, which all that beat a better one beat too.
    std::size_t rank = 1;
    for (std::size_t pair = first_pair_[image + 1]; pair-- > first_pair_[image];) {
      for (const Counts& part : parts) {
        rank += part.texts[pair];
        result.image_ranks[pairs_[pair]] += part.images[pairs_[pair]];
      }
      result.text_ranks[pairs_[pair]] = rank;
    }
    if (first_pair_[image + 1] > first_pair_[image]) {
      result.best_text_ranks.push_back(result.text_ranks[pairs_[first_pair_[image + 1] - 1]]);
    }
  }
  return result;
}

}  // namespace

double clip_score(double cosine) {
  return kClipScoreWeight * std::max(cosine, 0.0);
}

double ref_clip_score(double cosine, std::span<const double> reference_cosines) {
  const double image_score = clip_score(cosine);
  const double nearest = std::accumulate(reference_cosines.begin(), reference_cosines.end(), 0.0,
                                         [](double a, double b) { return std::max(a, b); });
  return image_score > 0 && nearest > 0 ? 2 * image_score * nearest / (image_score + nearest) : 0.0;
}

RankFigures rank_figures(std::span<const std::size_t> ranks) {
  if (ranks.empty()) {
    return {};
  }
  std::vector<std::size_t> sorted(ranks.begin(), ranks.end());
  std::ranges::sort(sorted);
  const auto count = static_cast<double>(sorted.size());
  const auto share_up_to = [&](std::size_t rank) {
    return static_cast<double>(std::ranges::upper_bound(sorted, rank) - sorted.begin()) / count;
  };
  const double reciprocals =
      std::accumulate(sorted.begin(), sorted.end(), 0.0,
                      [](double sum, std::size_t rank) { return sum + 1 / static_cast<double>(rank); });
  const std::size_t middle = sorted.size() / 2;
  const std::size_t before = (sorted.size() - 1) / 2;
  return {.queries = sorted.size(),
          .recall_at_1 = share_up_to(1),
          .recall_at_5 = share_up_to(5),
          .recall_at_10 = share_up_to(10),
          .median_rank = (static_cast<double>(sorted[before]) + static_cast<double>(sorted[middle])) / 2,
          .mean_reciprocal_rank = reciprocals / count};
}

Retrieval retrieve(const Matrix& images, const Matrix& texts, std::span<const std::size_t> image_of_text,
                   int threads, const std::stop_token& stop) {
  if (images.width != texts.width || image_of_text.size() != texts.rows) {
    throw std::invalid_argument("retrieve: images, texts and pairs do not fit together");
  }
  if (std::ranges::any_of(image_of_text, [&](std::size_t image) { return image >= images.rows; })) {
    throw std::invalid_argument("retrieve: a text of an image that is not there");
  }
  return Ranker(images, texts, image_of_text).run(threads, stop);
}

}  // namespace clip_classify
