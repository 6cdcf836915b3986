// Heat maps by hiding parts of a picture.
#include <algorithm>
#include <utility>

#include "classify/hidden_scores.h"
#include "classify/map_methods.h"
#include "classify/picture_masks.h"

namespace clip_classify {
namespace {

/// Share of each cell that is seen.
std::vector<double> seen_of_cells(std::span<const float> seen, std::size_t height, std::size_t width,
                                  std::size_t grid) {
  std::vector<double> cells;
  cells.reserve(grid * grid);
  for (std::size_t row = 0; row < grid; ++row) {
    const auto top = cell_begin(height, grid, row);
    const auto bottom = cell_begin(height, grid, row + 1);
    for (std::size_t column = 0; column < grid; ++column) {
      const auto left = cell_begin(width, grid, column);
      const auto right = cell_begin(width, grid, column + 1);
      double sum = 0;
      for (auto y = top; y < bottom; ++y) {
        for (auto x = left; x < right; ++x) {
          sum += seen[y * width + x];
        }
      }
      cells.push_back(sum / static_cast<double>((bottom - top) * (right - left)));
    }
  }
  return cells;
}

/// What is needed of all masks and scores so far; nothing grows with their number.
class Sums {
 public:
  Sums(std::size_t labels, std::size_t cells)
      : seen_(cells), squares_(cells), scores_(labels), products_(labels, std::vector<double>(cells)) {}

  void add(std::span<const double> seen, std::span<const double> scores) {
    ++count_;
    for (std::size_t cell = 0; cell < seen.size(); ++cell) {
      seen_[cell] += seen[cell];
      squares_[cell] += seen[cell] * seen[cell];
    }
    for (std::size_t label = 0; label < scores.size(); ++label) {
      scores_[label] += scores[label];
      for (std::size_t cell = 0; cell < seen.size(); ++cell) {
        products_[label][cell] += scores[label] * seen[cell];
      }
    }
  }

  /// The mean fall below `whole`, weighted with how much of the cell is hidden.
  double fall(std::size_t label, std::size_t cell, double whole) const {
    const double hidden = count_ - seen_[cell];
    const double fallen = whole * hidden - (scores_[label] - products_[label][cell]);
    return hidden > 0 ? fallen / hidden : 0;
  }

  /// Of the score over the share of the cell that is seen.
  double slope(std::size_t label, std::size_t cell) const {
    const double variance = squares_[cell] - seen_[cell] * seen_[cell] / count_;
    const double covariance = products_[label][cell] - scores_[label] * seen_[cell] / count_;
    return variance > 0 ? covariance / variance : 0;
  }

 private:
  double count_ = 0;
  std::vector<double> seen_;
  std::vector<double> squares_;
  std::vector<double> scores_;
  std::vector<std::vector<double>> products_;
};

}  // namespace

std::vector<HeatMap> masked_maps(const PreparedPicture& picture, const Matrix& weights,
                                 const MapOptions& options, const ExplanationRun& run) {
  const PictureMasks masks(options, picture.height, picture.width);
  const auto cells = options.grid * options.grid;
  Sums sums(weights.rows, cells);
  std::vector<double> whole;
  // The first version is the picture itself.
  HiddenScores(picture, weights, run)
      .for_each(
          masks.count() + 1,
          [&](std::size_t index, std::span<float> seen) {
            if (index == 0) {
              std::ranges::fill(seen, 1.0F);
            } else {
              masks.draw(index - 1, seen);
            }
          },
          [&](std::span<const float> seen, std::span<const double> scores) {
            if (whole.empty()) {
              whole.assign(scores.begin(), scores.end());
            } else {
              sums.add(seen_of_cells(seen, picture.height, picture.width, options.grid), scores);
            }
          });
  std::vector<HeatMap> maps;
  for (std::size_t label = 0; label < weights.rows; ++label) {
    HeatMap map{options.grid, options.grid, {}};
    for (std::size_t cell = 0; cell < cells; ++cell) {
      map.values.push_back(options.method == MapOptions::Method::rise ? sums.slope(label, cell)
                                                                      : sums.fall(label, cell, whole[label]));
    }
    maps.push_back(std::move(map));
  }
  return maps;
}

}  // namespace clip_classify
