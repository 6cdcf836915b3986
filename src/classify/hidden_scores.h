// Labels' scores of a picture that is seen in part.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "clip_classify/explanation.h"

namespace clip_classify {

class HiddenScores {
 public:
  HiddenScores(const PreparedPicture& picture, const Matrix& weights, const ExplanationRun& run)
      : picture_(picture), weights_(weights), run_(run), seen_(picture.height * picture.width) {}

  using Draw = std::function<void(std::size_t index, std::span<float> seen)>;
  using Take = std::function<void(std::span<const float> seen, std::span<const double> scores)>;

  /// `draw` sets the share of each pixel that is seen, row-major; `take` gets it back with a score for each
  /// row of the weights.
  void for_each(std::size_t count, const Draw& draw, const Take& take);

 private:
  const PreparedPicture& picture_;
  const Matrix& weights_;
  const ExplanationRun& run_;
  std::vector<float> seen_;
};

}  // namespace clip_classify
