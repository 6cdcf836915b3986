// How well images and texts go together: CLIPScore of a pair, and retrieval ranks among many pairs.
#pragma once

#include <cstddef>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

#include "clip_classify/embeddings.h"

namespace clip_classify {

/// What the authors of CLIPScore put before every caption and reference, in their paper and their program.
inline constexpr std::string_view kClipScorePrefix = "A photo depicts ";

/// 2.5 * max(cos, 0) of an image and a text (Hessel et al. 2021, "CLIPScore: A Reference-free Evaluation
/// Metric for Image Captioning", section 3).
double clip_score(double cosine);

/// RefCLIPScore (ibid.): the harmonic mean of the pair's CLIPScore, its weight of 2.5 included, and of
/// max(cos, 0) of the text and the reference nearest to it, which has no weight. 0 where either is 0, and
/// without references.
double ref_clip_score(double cosine, std::span<const double> reference_cosines);

/// A list of ranks (1 is best) in the literature's figures; all 0 without ranks.
struct RankFigures {
  std::size_t queries = 0;
  double recall_at_1 = 0.0;  ///< the share of ranks up to 1, from 0 to 1
  double recall_at_5 = 0.0;
  double recall_at_10 = 0.0;
  double median_rank = 0.0;           ///< of an even number, the mean of the two in the middle
  double mean_reciprocal_rank = 0.0;  ///< mean of 1 / rank
};
RankFigures rank_figures(std::span<const std::size_t> ranks);

/// Ranks of what belongs together, among all. A rank is 1 + the number of wrong candidates that score at
/// least as high: ties count against us, so that a model that says the same of everything ranks last, not
/// first.
struct Retrieval {
  /// For each text, the rank of its image among all images (text to image).
  std::vector<std::size_t> image_ranks;
  /// For each text, its rank among it and the texts of other images, as seen from its image.
  std::vector<std::size_t> text_ranks;
  /// For each image that has texts, in the order of images, the best rank of any of these (image to text, as
  /// reported for COCO and Flickr30k with their five captions an image).
  std::vector<std::size_t> best_text_ranks;
};

/// `images` and `texts` hold unit rows of one width; `image_of_text` says for each text which image (its row)
/// it belongs to. Images without a text are candidates, but no queries. Two rows that are equal are two
/// candidates that tie. Ranks are exact: cosines are told apart in double precision, whatever the machine and
/// the number of `threads` (at least 1). What is not a number (NaN) ranks last as a query's own, and before
/// its own as another's. Takes, a thread, memory for 64 images and two numbers a text; never all pairs at
/// once. Throws std::invalid_argument when sizes do not fit, and Interrupted when `stop` is requested.
Retrieval retrieve(const Matrix& images, const Matrix& texts, std::span<const std::size_t> image_of_text,
                   int threads, const std::stop_token& stop = {});

}  // namespace clip_classify
