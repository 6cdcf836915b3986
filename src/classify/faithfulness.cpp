// Deletion and insertion: whether a map's order of cells beats a random one.
#include <algorithm>
#include <numeric>

#include "classify/hidden_scores.h"
#include "classify/picture_masks.h"
#include "classify/split_mix.h"
#include "clip_classify/explanation.h"

namespace clip_classify {
namespace {

constexpr std::size_t kSteps = 12;  ///< of a curve, the last with nothing, or all, left
constexpr std::size_t kRandomOrders = 4;

using Order = std::vector<std::size_t>;

Order best_first(const HeatMap& map) {
  Order order(map.values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return map.values[a] > map.values[b]; });
  return order;
}

Order random_order(std::size_t cells, SplitMix64& random) {
  Order order(cells);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t left = cells; left > 1; --left) {
    std::swap(order[left - 1], order[random.below(left)]);
  }
  return order;
}

struct Area {
  double deletion = 0.0;
  double insertion = 0.0;
};

/// Of each row of the weights, all along one order of a map's cells.
class Curves {
 public:
  Curves(const PreparedPicture& picture, const Matrix& weights, const HeatMap& shape,
         const ExplanationRun& run)
      : picture_(picture), shape_(shape), scores_(picture, weights, run), ends_(weights.rows) {
    // Both curves go from one of these pictures to the other; the trapezoidal rule halves them.
    scores_.for_each(
        2,
        [](std::size_t index, std::span<float> seen) { std::ranges::fill(seen, index == 0 ? 1.0F : 0.0F); },
        [this](std::span<const float>, std::span<const double> scores) {
          for (std::size_t label = 0; label < scores.size(); ++label) {
            ends_[label] += scores[label] / (2 * kSteps);
          }
        });
  }

  std::vector<Area> along(const Order& order) {
    std::vector<Area> result;
    for (const double end : ends_) {
      result.push_back({end, end});
    }
    std::size_t version = 0;
    scores_.for_each(
        2 * kBetween,
        [&](std::size_t index, std::span<float> seen) {
          const bool inserted = index >= kBetween;
          const auto changed = order.size() * (index % kBetween + 1) / kSteps;
          std::ranges::fill(seen, inserted ? 0.0F : 1.0F);
          for (const auto cell : std::span(order).first(changed)) {
            fill(seen, cell, inserted ? 1.0F : 0.0F);
          }
        },
        [&](std::span<const float>, std::span<const double> scores) {
          for (std::size_t label = 0; label < scores.size(); ++label) {
            auto& area = version < kBetween ? result[label].deletion : result[label].insertion;
            area += scores[label] / kSteps;
          }
          ++version;
        });
    return result;
  }

 private:
  static constexpr std::size_t kBetween = kSteps - 1;  ///< points of a curve between its ends

  void fill(std::span<float> seen, std::size_t cell, float value) const {
    const auto row = cell / shape_.columns;
    const auto column = cell % shape_.columns;
    const auto left = cell_begin(picture_.width, shape_.columns, column);
    const auto length = cell_begin(picture_.width, shape_.columns, column + 1) - left;
    for (auto y = cell_begin(picture_.height, shape_.rows, row);
         y < cell_begin(picture_.height, shape_.rows, row + 1); ++y) {
      std::ranges::fill(seen.subspan(y * picture_.width + left, length), value);
    }
  }

  const PreparedPicture& picture_;
  const HeatMap& shape_;
  HiddenScores scores_;
  std::vector<double> ends_;  ///< what both add to each label's area
};

}  // namespace

std::vector<Faithfulness> faithfulness(const PreparedPicture& picture, const Matrix& weights,
                                       std::span<const HeatMap> maps, std::uint64_t seed,
                                       const ExplanationRun& run) {
  std::vector<Faithfulness> result(maps.size());
  if (maps.empty()) {
    return result;
  }
  const auto orders = maps.size() + kRandomOrders;
  SplitMix64 random(seed);
  Curves curves(picture, weights, maps[0], run);
  for (std::size_t done = 0; done < orders; ++done) {
    const bool own = done < maps.size();
    const auto order = own ? best_first(maps[done]) : random_order(maps[0].values.size(), random);
    const auto found = curves.along(order);
    if (own) {
      result[done].deletion = found[done].deletion;
      result[done].insertion = found[done].insertion;
    } else {
      for (std::size_t label = 0; label < maps.size(); ++label) {
        result[label].random_deletion += found[label].deletion / kRandomOrders;
        result[label].random_insertion += found[label].insertion / kRandomOrders;
      }
    }
  }
  return result;
}

}  // namespace clip_classify
