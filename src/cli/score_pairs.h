// A table's rows of an image and a text, and what comes of them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "cli/score_options.h"
#include "cli/session.h"
#include "cli/table_images.h"
#include "clip_classify/pair_scores.h"
#include "clip_classify/table.h"

namespace clip_classify::cli {

/// A row of the table. Where there is an error, there are no figures.
struct ScoredPair {
  std::string path;
  std::string text;
  std::optional<Error> error = {};
  double similarity = 0.0;  ///< cosine
  double clip_score = 0.0;
  std::optional<double> ref_clip_score = {};  ///< where the row has references
  std::size_t image_rank = 0;                 ///< with --retrieval, from 1: of its image, for the text
  std::size_t text_rank = 0;                  ///< of its text, for the image
};

struct ScoredBlock {
  std::vector<ScoredPair> pairs;
  /// With --retrieval, for each image the best rank of its texts.
  std::vector<std::size_t> best_text_ranks = {};
};

/// Scores a block of rows at a time, so that a table of any length takes the memory of one; with --retrieval,
/// which compares all with all, the table is one block.
class PairScorer {
 public:
  /// Opens the table before anything else. Throws Error (usage) for what is wrong with it.
  PairScorer(const ScoreOptions& options, Context& context);

  /// Whether rows may have references.
  bool has_references() const { return has_references_; }

  /// The next rows, in order; nothing at the end. Throws Error (usage) for a row that is wrong, and
  /// Interrupted where a stop was asked for.
  std::optional<ScoredBlock> next();

  Session& session() { return session_; }
  TableImages& images() { return images_; }

 private:
  std::vector<TableRow> read_rows();
  Matrix embed_texts(const std::vector<TableRow>& rows);
  ScoredPair score(const TableRow& row, std::size_t index, const BlockImages& images,
                   const Matrix& texts) const;
  void rank(ScoredBlock& block, BlockImages& images, const Matrix& texts);
  std::span<const float> embedding_of(const std::string& text, const Matrix& texts) const;

  const ScoreOptions& options_;
  std::vector<std::string> templates_;
  Table table_;
  bool has_references_;
  Session session_;
  TableImages images_;
  std::unordered_map<std::string, std::size_t> rows_of_texts_;  ///< of the block, without white space around
};

}  // namespace clip_classify::cli
