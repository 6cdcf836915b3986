// Heat maps by integrated gradients.
#include <algorithm>

#include "classify/map_methods.h"
#include "classify/picture_masks.h"
#include "clip_classify/error.h"

namespace clip_classify {
namespace {

/// The integral's sum over the straight way from the hidden picture, which is all zeros, to the whole one, by
/// the midpoint rule: of each row of `weights`, the gradient's mean by each number of the picture.
std::vector<std::vector<double>> mean_gradients(const PreparedPicture& picture, const Matrix& weights,
                                                std::size_t steps, const ExplanationRun& run) {
  const auto numbers = picture.pixels.size();
  std::vector<std::vector<double>> means(weights.rows, std::vector<double>(numbers));
  for (std::size_t start = 0; start < steps; start += run.batch) {
    const auto size = std::min(run.batch, steps - start);
    std::vector<float> pixels;
    pixels.reserve(size * numbers);
    for (std::size_t step = start; step < start + size; ++step) {
      const auto share = (static_cast<float>(step) + 0.5F) / static_cast<float>(steps);
      std::ranges::transform(picture.pixels, std::back_inserter(pixels),
                             [share](float value) { return share * value; });
    }
    const auto gradients = run.gradients(pixels, size, weights);
    for (std::size_t label = 0; label < weights.rows; ++label) {
      for (std::size_t place = 0; place < gradients[label].values.size(); ++place) {
        means[label][place % numbers] += gradients[label].values[place] / static_cast<double>(steps);
      }
    }
    if (run.progress) {
      run.progress(start + size, steps);
    }
  }
  return means;
}

}  // namespace

std::vector<HeatMap> gradient_maps(const PreparedPicture& picture, const Matrix& weights,
                                   const MapOptions& options, const ExplanationRun& run) {
  if (options.steps == 0) {
    throw usage_error("no steps explain nothing: ask for one at least");
  }
  const auto cell_of = [grid = options.grid](std::size_t place, std::size_t length) {
    return ((place + 1) * grid - 1) / length;  // as cell_begin divides
  };
  std::vector<HeatMap> maps;
  for (const auto& gradient : mean_gradients(picture, weights, options.steps, run)) {
    auto& map =
        maps.emplace_back(options.grid, options.grid, std::vector<double>(options.grid * options.grid));
    for (std::size_t place = 0; place < gradient.size(); ++place) {
      const auto pixel = place % (picture.height * picture.width);
      const auto row = cell_of(pixel / picture.width, picture.height);
      const auto column = cell_of(pixel % picture.width, picture.width);
      map.values[row * map.columns + column] += gradient[place] * picture.pixels[place];
    }
  }
  return maps;
}

}  // namespace clip_classify
