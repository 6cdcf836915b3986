#include "classify/picture_masks.h"

#include <algorithm>
#include <array>

#include "classify/split_mix.h"
#include "clip_classify/error.h"

namespace clip_classify {
namespace {

/// Of a RISE mask, along a side.
constexpr std::size_t kBlocks = 7;

}  // namespace

PictureMasks::PictureMasks(const MapOptions& options, std::size_t height, std::size_t width)
    : options_(options), height_(height), width_(width) {
  if (options.window == 0 || options.window > options.grid) {
    throw usage_error("a window of " + std::to_string(options.window) +
                      " cells does not fit into a grid of " + std::to_string(options.grid));
  }
  if (options.method == MapOptions::Method::rise && options.masks == 0) {
    throw usage_error("no masks explain nothing: ask for one at least");
  }
}

std::size_t PictureMasks::count() const {
  const auto places = options_.grid - options_.window + 1;
  return options_.method == MapOptions::Method::rise ? options_.masks : places * places;
}

void PictureMasks::draw(std::size_t index, std::span<float> seen) const {
  if (options_.method == MapOptions::Method::rise) {
    draw_blocks(index, seen);
  } else {
    draw_square(index, seen);
  }
}

void PictureMasks::draw_square(std::size_t index, std::span<float> seen) const {
  const auto places = options_.grid - options_.window + 1;
  const auto top = index / places;
  const auto left = index % places;
  const auto first = cell_begin(width_, options_.grid, left);
  const auto end = cell_begin(width_, options_.grid, left + options_.window);
  std::ranges::fill(seen, 1.0F);
  for (auto row = cell_begin(height_, options_.grid, top);
       row < cell_begin(height_, options_.grid, top + options_.window); ++row) {
    std::ranges::fill(seen.subspan(row * width_ + first, end - first), 0.0F);
  }
}

void PictureMasks::draw_blocks(std::size_t index, std::span<float> seen) const {
  constexpr std::size_t kCorners = kBlocks + 2;
  SplitMix64 random(options_.seed * SplitMix64::kStep + index);
  std::array<float, kCorners * kCorners> corners{};
  for (auto& corner : corners) {
    corner = static_cast<float>(random.next() >> 63);
  }
  const float block_height = static_cast<float>(height_) / kBlocks;
  const float block_width = static_cast<float>(width_) / kBlocks;
  // Moved by less than a block, so that blocks have no places of their own.
  const float down = static_cast<float>(random.below(1024)) / 1024;
  const float right = static_cast<float>(random.below(1024)) / 1024;
  for (std::size_t row = 0; row < height_; ++row) {
    const float y = static_cast<float>(row) / block_height + down;
    const auto upper = static_cast<std::size_t>(y);
    const float low = y - static_cast<float>(upper);
    for (std::size_t column = 0; column < width_; ++column) {
      const float x = static_cast<float>(column) / block_width + right;
      const auto before = static_cast<std::size_t>(x);
      const float late = x - static_cast<float>(before);
      const float* corner = &corners[upper * kCorners + before];
      const float above = corner[0] + (corner[1] - corner[0]) * late;
      const float below = corner[kCorners] + (corner[kCorners + 1] - corner[kCorners]) * late;
      seen[row * width_ + column] = above + (below - above) * low;
    }
  }
}

}  // namespace clip_classify
