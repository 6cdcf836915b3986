// Statements beside the reference statements that they are ranked among.
#pragma once

#include <array>
#include <span>

#include "cli/session.h"
#include "clip_classify/entailment.h"

namespace clip_classify::cli {

/// Embeds the reference statements of a language once, when it is first needed.
class Judge {
 public:
  explicit Judge(Session& session) : session_(session) {}

  /// How probably the statement is true of the image. Both embeddings are unit rows; `text` is that of the
  /// claim's text.
  double probability(const Claim& claim, std::span<const float> image, std::span<const float> text);

 private:
  const Matrix& references(bool chinese);

  Session& session_;
  std::array<Matrix, 2> references_;
};

}  // namespace clip_classify::cli
