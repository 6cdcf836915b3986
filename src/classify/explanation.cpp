#include "clip_classify/explanation.h"

#include "classify/map_methods.h"
#include "clip_classify/error.h"

namespace clip_classify {

std::vector<HeatMap> explain_picture(const PreparedPicture& picture, const Matrix& weights,
                                     const MapOptions& options, const ExplanationRun& run) {
  if (options.grid == 0 || options.grid > std::min(picture.height, picture.width)) {
    throw usage_error("a grid of " + std::to_string(options.grid) + " by " + std::to_string(options.grid) +
                      " cells does not fit into the model's " + std::to_string(picture.width) + " by " +
                      std::to_string(picture.height) + " pixels");
  }
  return options.method == MapOptions::Method::gradient ? gradient_maps(picture, weights, options, run)
                                                        : masked_maps(picture, weights, options, run);
}

Matrix against_others(const Matrix& weights) {
  Matrix result = weights;
  if (weights.rows < 2) {
    return result;
  }
  for (std::size_t column = 0; column < weights.width; ++column) {
    double sum = 0;
    for (std::size_t row = 0; row < weights.rows; ++row) {
      sum += weights.row(row)[column];
    }
    for (std::size_t row = 0; row < weights.rows; ++row) {
      const double own = weights.row(row)[column];
      result.row(row)[column] = static_cast<float>(own - (sum - own) / static_cast<double>(weights.rows - 1));
    }
  }
  return result;
}

}  // namespace clip_classify
