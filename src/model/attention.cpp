#include "model/attention.h"

#include <ATen/ATen.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/kernels.h"
#include "model/thread_team.h"

namespace clip_classify {
namespace {

/// Queries that are worked through at a time, in tiles: their scores stay in the second cache.
constexpr std::int64_t kTiles = 4;

/// Rows with any distance between them.
struct Rows {
  const float* values;
  std::int64_t stride;
  std::int64_t count;
};

Rows rows_of(const at::Tensor& tensor, std::int64_t item, std::int64_t head) {
  return {tensor.const_data_ptr<float>() + item * tensor.stride(0) + head * tensor.stride(1),
          tensor.stride(2), tensor.size(2)};
}

/// Memory of one thread, kept from head to head.
class Head {
 public:
  void attend(const Kernels& kernels, const Rows& q, const Rows& k, const Rows& v, std::int64_t depth,
              float scale, float* y, std::int64_t y_stride) {
    const auto padded = whole_panels(kernels, k.count);
    const auto tokens = whole_groups(kernels, k.count);
    const auto block_rows = kTiles * kernels.rows;
    zeros_.resize(static_cast<std::size_t>(kernels.panel));
    factors_.resize(static_cast<std::size_t>(block_rows));
    scores_.resize(static_cast<std::size_t>(padded * block_rows));
    take_keys(kernels, k, depth);
    take_values(kernels, v, depth);
    for (std::int64_t row = 0; row < q.count; row += block_rows) {
      const auto rows = std::min(block_rows, q.count - row);
      const Rows block{q.values + row * q.stride, q.stride, rows};
      multiply(kernels, queries(kernels, block, depth), depth / kernels.group, keys_, k.count,
               scores_.data(), padded);
      for (std::int64_t one = 0; one < rows; ++one) {
        factors_[static_cast<std::size_t>(one)] =
            kernels.exponentials(scores_.data() + one * padded, k.count, scale);
      }
      multiply(kernels, {reinterpret_cast<const std::uint32_t*>(scores_.data()), padded, rows}, tokens,
               values_, depth, y + row * y_stride, y_stride, factors_.data());
    }
  }

 private:
  /// Rows as the kernels take them.
  struct Operand {
    const std::uint32_t* groups;
    std::int64_t stride;
    std::int64_t count;
  };

  static std::int64_t whole_panels(const Kernels& kernels, std::int64_t count) {
    return (count + kernels.panel - 1) / kernels.panel * kernels.panel;
  }
  static std::int64_t whole_groups(const Kernels& kernels, std::int64_t count) {
    return (count + kernels.group - 1) / kernels.group;
  }

  void take_keys(const Kernels& kernels, const Rows& k, std::int64_t depth) {
    const auto groups = depth / kernels.group;
    keys_.resize(static_cast<std::size_t>(whole_panels(kernels, k.count) * groups));
    for (std::int64_t key = 0; key < k.count; key += kernels.panel) {
      kernels.make_panel(k.values + key * k.stride, k.stride,
                         static_cast<int>(std::min<std::int64_t>(kernels.panel, k.count - key)), groups,
                         keys_.data() + key * groups);
    }
  }

  /// Panels of columns of v, whose depth is the tokens.
  void take_values(const Kernels& kernels, const Rows& v, std::int64_t depth) {
    const auto groups = whole_groups(kernels, v.count);
    const auto wide = whole_panels(kernels, depth);
    values_.resize(static_cast<std::size_t>(wide * groups));
    rounded_.resize(static_cast<std::size_t>(2 * wide));
    for (std::int64_t group = 0; group < groups; ++group) {
      const auto* row = v.values + group * kernels.group * v.stride;
      if (kernels.round != nullptr) {
        kernels.round(row, depth, rounded_.data());
        if (group * 2 + 1 < v.count) {
          kernels.round(row + v.stride, depth, rounded_.data() + wide);
        } else {
          std::fill_n(rounded_.data() + wide, depth, std::uint16_t{0});
        }
      }
      for (std::int64_t column = 0; column < depth; column += kernels.panel) {
        auto* to = values_.data() + column * groups + group * kernels.panel;
        const auto columns = std::min<std::int64_t>(kernels.panel, depth - column);
        if (kernels.round == nullptr) {
          std::copy_n(row + column, columns, reinterpret_cast<float*>(to));
          continue;
        }
        const auto* even = rounded_.data() + column;
        const auto* odd = even + wide;
        for (std::int64_t index = 0; index < columns; ++index) {
          to[index] = even[index] | static_cast<std::uint32_t>(odd[index]) << 16;
        }
      }
    }
  }

  Operand queries(const Kernels& kernels, const Rows& q, std::int64_t depth) {
    if (kernels.round == nullptr) {
      return {reinterpret_cast<const std::uint32_t*>(q.values), q.stride, q.count};
    }
    rounded_.resize(static_cast<std::size_t>(q.count * depth));
    for (std::int64_t row = 0; row < q.count; ++row) {
      kernels.round(q.values + row * q.stride, depth, rounded_.data() + row * depth);
    }
    return {reinterpret_cast<const std::uint32_t*>(rounded_.data()), depth / kernels.group, q.count};
  }

  void multiply(const Kernels& kernels, const Operand& x, std::int64_t groups,
                const std::vector<std::uint32_t>& panels, std::int64_t width, float* y,
                std::int64_t y_stride, const float* row_scale = nullptr) const {
    Tile tile{.x = x.groups,
              .x_stride = x.stride,
              .groups = groups,
              .row_scale = row_scale,
              .bias = zeros_.data(),
              .y_stride = y_stride};
    for (std::int64_t column = 0; column < width; column += kernels.panel) {
      tile.panel = panels.data() + column * groups;
      tile.columns = static_cast<int>(std::min<std::int64_t>(kernels.panel, width - column));
      tile.y = y + column;
      compute_rows(kernels, tile, x.count);
    }
  }

  std::vector<float> zeros_;
  std::vector<std::uint32_t> keys_;
  std::vector<std::uint32_t> values_;
  std::vector<std::uint16_t> rounded_;
  std::vector<float> scores_;
  std::vector<float> factors_;  ///< of each row of scores
};

/// bf16's where they are wanted, there are some, and a head's depth is in pairs.
const Kernels* kernels_of(bool in_bf16, std::int64_t depth) {
  const auto* bf16 = in_bf16 && depth % 2 == 0 ? kernels_for(Precision::bf16) : nullptr;
  return bf16 != nullptr ? bf16 : kernels_for(Precision::fp32);
}

bool suits(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kFloat && tensor.dim() == 4 && tensor.stride(3) == 1 &&
         tensor.is_cpu() && tensor.numel() > 0;
}

}  // namespace

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                     std::optional<double> scale, bool in_bf16) {
  const bool same = suits(q) && suits(k) && suits(v) && q.size(0) == k.size(0) && q.size(1) == k.size(1) &&
                    k.sizes() == v.sizes() && q.size(3) == k.size(3);
  const auto* kernels = same ? kernels_of(in_bf16, q.size(3)) : nullptr;
  if (kernels == nullptr) {
    return at::scaled_dot_product_attention(q, k, v, std::nullopt, 0.0, false, scale);
  }
  const auto heads = q.size(1);
  const auto depth = q.size(3);
  const auto factor = static_cast<float>(scale.value_or(1 / std::sqrt(static_cast<double>(depth))));
  auto y = at::empty({q.size(0), q.size(2), heads, depth}, q.options());
  auto* to = y.mutable_data_ptr<float>();
  share_out(q.size(0) * heads, [&](std::int64_t begin, std::int64_t end) {
    thread_local Head one;
    for (auto index = begin; index < end; ++index) {
      const auto item = index / heads;
      const auto head = index % heads;
      one.attend(*kernels, rows_of(q, item, head), rows_of(k, item, head), rows_of(v, item, head), depth,
                 factor, to + (item * q.size(2) * heads + head) * depth, heads * depth);
    }
  });
  return y.transpose(1, 2);
}

TORCH_LIBRARY_FRAGMENT(clip_classify, library) {
  library.def("attention", &attention);
}

}  // namespace clip_classify
