// Deletion and insertion: whether a map's order of cells beats a random one.
#include <algorithm>
#include <numeric>

#include "classify/picture_masks.h"
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

Order random_order(std::size_t cells, RandomBits& random) {
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

/// Of each row of `weights`, all along one order.
std::vector<Area> areas(const PreparedPicture& picture, const Matrix& weights, const HeatMap& shape,
                        const Order& order, const ExplanationRun& run) {
  const auto plane = picture.height * picture.width;
  std::vector<Area> result(weights.rows);
  const auto versions = 2 * (kSteps + 1);
  for (std::size_t start = 0; start < versions; start += run.batch) {
    const auto size = std::min(run.batch, versions - start);
    std::vector<float> pixels(size * 3 * plane);
    for (std::size_t index = 0; index < size; ++index) {
      const auto version = start + index;
      const bool inserted = version > kSteps;
      const auto changed = order.size() * (version % (kSteps + 1)) / kSteps;
      const auto target = std::span(pixels).subspan(index * 3 * plane, 3 * plane);
      if (!inserted) {
        std::ranges::copy(picture.pixels, target.begin());
      }
      for (std::size_t place = 0; place < changed; ++place) {
        const auto row = order[place] / shape.columns;
        const auto column = order[place] % shape.columns;
        const auto left = cell_begin(picture.width, shape.columns, column);
        const auto length = cell_begin(picture.width, shape.columns, column + 1) - left;
        for (std::size_t y = cell_begin(picture.height, shape.rows, row);
             y < cell_begin(picture.height, shape.rows, row + 1); ++y) {
          for (std::size_t channel = 0; channel < 3; ++channel) {
            const auto first = channel * plane + y * picture.width + left;
            for (auto at = first; at < first + length; ++at) {
              target[at] = inserted ? picture.pixels[at] : 0.0F;
            }
          }
        }
      }
    }
    const auto rows = run.embed(pixels, size);
    for (std::size_t index = 0; index < size; ++index) {
      const auto step = (start + index) % (kSteps + 1);
      const double share = (step == 0 || step == kSteps ? 0.5 : 1.0) / kSteps;  // the trapezoidal rule
      for (std::size_t label = 0; label < weights.rows; ++label) {
        auto& area = start + index > kSteps ? result[label].insertion : result[label].deletion;
        area += share * dot(rows.row(index), weights.row(label));
      }
    }
  }
  return result;
}

}  // namespace

std::vector<Faithfulness> faithfulness(const PreparedPicture& picture, const Matrix& weights,
                                       std::span<const HeatMap> maps, std::uint64_t seed,
                                       const ExplanationRun& run) {
  std::vector<Faithfulness> result(maps.size());
  if (maps.empty()) {
    return result;
  }
  const auto orders = maps.size() + kRandomOrders;
  RandomBits random(seed);
  for (std::size_t done = 0; done < orders; ++done) {
    const bool own = done < maps.size();
    const auto order = own ? best_first(maps[done]) : random_order(maps[0].values.size(), random);
    const auto found = areas(picture, weights, maps[0], order, run);
    if (own) {
      result[done].deletion = found[done].deletion;
      result[done].insertion = found[done].insertion;
    } else {
      for (std::size_t label = 0; label < maps.size(); ++label) {
        result[label].random_deletion += found[label].deletion / kRandomOrders;
        result[label].random_insertion += found[label].insertion / kRandomOrders;
      }
    }
    if (run.progress) {
      run.progress(done + 1, orders);
    }
  }
  return result;
}

}  // namespace clip_classify
