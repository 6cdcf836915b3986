#include "model/weight_matrix.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <utility>

#include "model/cache_lines.h"

namespace clip_classify {
namespace {

constexpr std::size_t kHugePage = std::size_t{1} << 21;

/// Not set to anything. In huge pages where the system has them: weights are read from end to end each time.
std::shared_ptr<std::uint32_t[]> allocate(std::size_t count) {
  const auto bytes = count * sizeof(std::uint32_t);
  const auto alignment = std::align_val_t{bytes < kHugePage ? kCacheLine : kHugePage};
  auto* memory = static_cast<std::uint32_t*>(::operator new(bytes, alignment));
#if defined(MADV_HUGEPAGE)
  if (bytes >= kHugePage) {
    madvise(memory, bytes, MADV_HUGEPAGE);
  }
#endif
  return {memory, [alignment](std::uint32_t* freed) { ::operator delete(freed, alignment); }};
}

}  // namespace

WeightMatrix::WeightMatrix(const Kernels& kernels, const float* weight, std::int64_t width,
                           std::int64_t depth, std::vector<float> bias, std::vector<float> scale)
    : kernels_(&kernels),
      width_(width),
      groups_(depth / kernels.group),
      weight_(weight),
      bias_(std::move(bias)),
      scale_(std::move(scale)) {
  const auto padded = static_cast<std::size_t>((width + panel() - 1) / panel() * panel());
  bias_.resize(padded);
  scale_.resize(scale_.empty() ? 0 : padded);
}

void WeightMatrix::multiply(const Operand& x, const Product& product, std::int64_t begin,
                            std::int64_t end) const {
  const bool packed = weight_ == nullptr;
  // Sums that go on from one block of depth to the next wait in y, which is not there otherwise. Of few rows
  // all stays in a cache.
  const bool whole = product.y == nullptr || x.rows <= std::int64_t{2} * kernels_->rows;
  const auto group_block = whole ? groups_ : kernels_->group_block;
  // With a panel that is made only now, all rows are worked through, whether they stay in a cache or not.
  const auto row_block = packed ? kernels_->row_block : x.rows;
  const auto* groups_of_x = static_cast<const std::uint32_t*>(x.numbers);
  const auto made =
      packed ? nullptr : allocate(static_cast<std::size_t>(panel() * std::min(group_block, groups_)));
  const auto panel_at = [&](std::int64_t column, std::int64_t group) {
    return panels_.get() + column * groups_ + group * panel();
  };
  Tile tile{.x_stride = x.stride,
            .pointwise = product.pointwise,
            .byte_factor = product.byte_factor,
            .byte_zero = product.byte_zero,
            .y_stride = product.stride == 0 ? width_ : product.stride};
  for (std::int64_t group = 0; group < groups_; group += tile.groups) {
    tile.groups = std::min(group_block, groups_ - group);
    tile.first = group == 0;
    tile.last = group + tile.groups == groups_;
    for (std::int64_t block = 0; block < x.rows; block += row_block) {
      const auto block_rows = std::min(row_block, x.rows - block);
      for (std::int64_t column = begin; column < end; column += panel()) {
        tile.columns = static_cast<int>(std::min(panel(), width_ - column));
        tile.bias = bias_.data() + column;
        tile.scale = scale_.empty() ? nullptr : scale_.data() + column;
        if (packed) {
          tile.panel = panel_at(column, group);
          tile.next_panel = column + panel() < end          ? panel_at(column + panel(), group)
                            : group + tile.groups < groups_ ? panel_at(begin, group + tile.groups)
                                                            : nullptr;
        } else {
          const auto depth = groups_ * kernels_->group;
          kernels_->make_panel(weight_ + column * depth + group * kernels_->group, depth, tile.columns,
                               tile.groups, made.get());
          tile.panel = made.get();
        }
        const auto place = block * tile.y_stride + column;
        tile.x = groups_of_x + block * x.stride + group;
        tile.residual = product.residual == nullptr ? nullptr : product.residual + place;
        tile.y = product.y == nullptr ? nullptr : product.y + place;
        tile.rounded = product.rounded == nullptr ? nullptr : product.rounded + place;
        tile.bytes = product.bytes == nullptr ? nullptr : product.bytes + place;
        kernels_->compute(tile, block_rows);
      }
    }
  }
}

void WeightMatrix::pack() {
  const auto depth = groups_ * kernels_->group;
  panels_ = allocate(bias_.size() * static_cast<std::size_t>(groups_));
  for (std::int64_t column = 0; column < width_; column += panel()) {
    kernels_->make_panel(weight_ + column * depth, depth,
                         static_cast<int>(std::min(panel(), width_ - column)), groups_,
                         panels_.get() + column * groups_);
  }
  weight_ = nullptr;
}

}  // namespace clip_classify
