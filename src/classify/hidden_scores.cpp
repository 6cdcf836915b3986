#include "classify/hidden_scores.h"

#include <algorithm>

namespace clip_classify {

void HiddenScores::for_each(std::size_t count, const Draw& draw, const Take& take) {
  for (std::size_t start = 0; start < count; start += run_.batch) {
    const auto size = std::min(run_.batch, count - start);
    std::vector<float> pixels;
    std::vector<float> masks;
    pixels.reserve(size * picture_.pixels.size());
    masks.reserve(size * seen_.size());
    for (std::size_t index = start; index < start + size; ++index) {
      draw(index, seen_);
      masks.insert(masks.end(), seen_.begin(), seen_.end());
      for (std::size_t value = 0; value < picture_.pixels.size(); ++value) {
        pixels.push_back(picture_.pixels[value] * seen_[value % seen_.size()]);
      }
    }
    const auto rows = run_.embed(pixels, size);
    for (std::size_t row = 0; row < size; ++row) {
      std::vector<double> scores;
      scores.reserve(weights_.rows);
      for (std::size_t label = 0; label < weights_.rows; ++label) {
        scores.push_back(dot(rows.row(row), weights_.row(label)));
      }
      take(std::span(masks).subspan(row * seen_.size(), seen_.size()), scores);
    }
    if (run_.progress) {
      run_.progress(start + size, count);
    }
  }
}

}  // namespace clip_classify
