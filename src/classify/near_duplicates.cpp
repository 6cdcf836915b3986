#include <algorithm>
#include <deque>

#include "classify/quick_dot.h"
#include "clip_classify/embeddings.h"
#include "clip_classify/search.h"
#include "model/kernels.h"
#include "model/thread_team.h"
#include "model/weight_matrix.h"

namespace clip_classify {
namespace {

/// Images that are compared at a time with as many firsts: their products stay in a core's cache.
constexpr std::size_t kBlock = 256;
constexpr std::size_t kChunk = 1024;

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// Firsts of groups.
struct Chunk {
  Matrix rows;
  std::vector<std::size_t> places;
};

/// The nearest first that was found for an image.
struct Nearest {
  std::size_t first = kNone;
  double similarity = -2;

  void take(std::size_t other, double found) {
    if (found > similarity || (found == similarity && other < first)) {
      first = other;
      similarity = found;
    }
  }
};

/// What one thread works with.
struct Desk {
  std::vector<float> products = std::vector<float>(kBlock * kChunk);
  std::vector<Nearest> nearest = std::vector<Nearest>(kBlock);
};

}  // namespace

struct NearDuplicates::Parts {
  Parts(std::size_t given_width, double given_threshold, int threads)
      : width(given_width),
        threshold(given_threshold),
        worth_a_look(static_cast<float>(threshold - quick_dot_error(width))),
        team(std::max(threads, 1)),
        desks(static_cast<std::size_t>(team.size())),
        block{0, width, std::vector<float>(kBlock * width)} {}

  void compare_block() {
    team.run([&](int part) { compare_with_chunks(static_cast<std::size_t>(part)); });
    const auto before = places.size() - block.rows;
    std::vector<std::size_t> new_firsts;
    for (std::size_t row = 0; row < block.rows; ++row) {
      Nearest nearest;
      for (const auto& desk : desks) {
        nearest.take(desk.nearest[row].first, desk.nearest[row].similarity);
      }
      for (const auto first : new_firsts) {
        compare(block_row(row), quick_dot(block_row(row), block_row(first)), block_row(first), before + first,
                nearest);
      }
      if (nearest.first == kNone) {
        new_firsts.push_back(row);
      } else {
        places[before + row] = {nearest.first, nearest.similarity};
      }
    }
    for (const auto row : new_firsts) {
      keep_first(block_row(row), before + row);
    }
    block.rows = 0;
  }

  std::span<const float> block_row(std::size_t row) const { return block.row(row); }

  /// `quick` decides whether the exact product is worth its time.
  void compare(std::span<const float> row, float quick, std::span<const float> first, std::size_t place,
               Nearest& nearest) const {
    if (quick < worth_a_look) {
      return;
    }
    if (const double similarity = dot(row, first); similarity >= threshold) {
      nearest.take(place, similarity);
    }
  }

  /// One thread's share of the chunks.
  void compare_with_chunks(std::size_t part) {
    auto& [products, nearest] = desks[part];
    std::ranges::fill(nearest, Nearest());
    for (auto index = part; index < chunks.size(); index += desks.size()) {
      const auto& chunk = chunks[index];
      multiply(chunk.rows, products);
      for (std::size_t row = 0; row < block.rows; ++row) {
        for (std::size_t first = 0; first < chunk.rows.rows; ++first) {
          compare(block_row(row), products[row * chunk.rows.rows + first], chunk.rows.row(first),
                  chunk.places[first], nearest[row]);
        }
      }
    }
  }

  /// products[row of the block, first]
  void multiply(const Matrix& firsts, std::vector<float>& products) const {
    if (const auto* const kernels = kernels_for(Precision::fp32)) {
      const auto count = static_cast<std::int64_t>(firsts.rows);
      const WeightMatrix matrix(*kernels, firsts.values.data(), count, static_cast<std::int64_t>(width), {});
      Product product;
      product.y = products.data();
      matrix.multiply({block.values.data(), static_cast<std::int64_t>(block.rows), matrix.groups()}, product,
                      0, count);
      return;
    }
    for (std::size_t row = 0; row < block.rows; ++row) {
      for (std::size_t first = 0; first < firsts.rows; ++first) {
        products[row * firsts.rows + first] = quick_dot(block_row(row), firsts.row(first));
      }
    }
  }

  void keep_first(std::span<const float> row, std::size_t place) {
    if (chunks.empty() || chunks.back().rows.rows == kChunk) {
      chunks.push_back({{0, width, {}}, {}});
      chunks.back().rows.values.reserve(kChunk * width);
    }
    auto& [rows, firsts] = chunks.back();
    rows.values.insert(rows.values.end(), row.begin(), row.end());
    ++rows.rows;
    firsts.push_back(place);
  }

  std::size_t width;
  double threshold;
  float worth_a_look;
  ThreadTeam team;
  std::vector<Desk> desks;
  Matrix block;  ///< of room for kBlock rows, which are not compared yet
  std::deque<Chunk> chunks;
  std::vector<Place> places;
};

NearDuplicates::NearDuplicates(std::size_t width, double threshold, int threads)
    : parts_(std::make_unique<Parts>(width, threshold, threads)) {}

NearDuplicates::~NearDuplicates() = default;

void NearDuplicates::add(std::span<const float> row) {
  auto& block = parts_->block;
  std::ranges::copy(row, block.row(block.rows++).begin());
  parts_->places.push_back({parts_->places.size(), 1.0});
  if (block.rows == kBlock) {
    parts_->compare_block();
  }
}

std::vector<NearDuplicates::Place> NearDuplicates::finish() {
  parts_->compare_block();
  return std::move(parts_->places);
}

}  // namespace clip_classify
