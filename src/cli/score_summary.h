// The figures of all pairs of a run together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/score_pairs.h"
#include "clip_classify/pair_scores.h"
#include "clip_classify/writer.h"

namespace clip_classify::cli {

class PairSummary {
 public:
  explicit PairSummary(const ScoreOptions& options) : options_(options) {}

  /// With --retrieval there is one block.
  void add(const ScoredBlock& block);
  std::size_t failed() const { return failed_; }

  /// For text a small table, for csv and tsv a row below its columns' names, for JSON an object; whole lines.
  std::string show(Format format) const;

 private:
  struct BothWays {
    RankFigures text_to_image;  ///< of each text
    RankFigures image_to_text;  ///< of each image, the best of its texts
  };

  std::string table() const;

  const ScoreOptions& options_;
  std::size_t pairs_ = 0;
  std::size_t failed_ = 0;
  std::size_t passed_ = 0;      ///< the threshold
  std::size_t referenced_ = 0;  ///< pairs with references
  double clip_scores_ = 0.0;    ///< their sum
  double ref_clip_scores_ = 0.0;
  std::optional<BothWays> ranks_;
};

}  // namespace clip_classify::cli
