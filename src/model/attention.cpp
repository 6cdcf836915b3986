#include "model/attention.h"

#include <ATen/ATen.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/cache_lines.h"
#include "model/kernels.h"
#include "model/thread_team.h"

namespace clip_classify {
namespace {

/// Queries that are worked through at a time, in tiles: their scores stay in the second cache.
constexpr std::int64_t kTiles = 4;

/// Rows with any distance between them, of floats or else of numbers in bf16.
struct Rows {
  const float* floats;
  const std::uint16_t* rounded;
  std::int64_t stride;
  std::int64_t count;

  Rows from(std::int64_t row) const {
    const auto place = row * stride;
    return {floats == nullptr ? nullptr : floats + place, rounded == nullptr ? nullptr : rounded + place,
            stride, count - row};
  }
};

Rows rows_of(const at::Tensor& tensor, std::int64_t item, std::int64_t head) {
  const bool in_floats = tensor.scalar_type() == at::kFloat;
  const auto place = item * tensor.stride(0) + head * tensor.stride(1);
  return {in_floats ? tensor.const_data_ptr<float>() + place : nullptr,
          in_floats ? nullptr : static_cast<const std::uint16_t*>(tensor.const_data_ptr()) + place,
          tensor.stride(2), tensor.size(2)};
}

/// Memory of one thread, kept from head to head.
class Head {
 public:
  void attend(const Kernels& kernels, const Rows& q, const Rows& k, const Rows& v, std::int64_t depth,
              float scale, float* y, std::int64_t y_stride) {
    const auto padded = whole_panels(kernels, k.count);
    const auto tokens = groups_of_tokens(kernels, k.count);
    const auto block_rows = kTiles * kernels.rows;
    zeros_.resize(static_cast<std::size_t>(kernels.panel));
    factors_.resize(static_cast<std::size_t>(block_rows));
    scores_.resize(static_cast<std::size_t>(padded * block_rows));
    take_keys(kernels, k, depth);
    take_values(kernels, v, depth);
    for (std::int64_t row = 0; row < q.count; row += block_rows) {
      const auto rows = std::min(block_rows, q.count - row);
      multiply(kernels, queries(kernels, q.from(row), rows, depth), depth / kernels.group, keys_, k.count,
               scores_.data(), padded);
      for (std::int64_t one = 0; one < rows; ++one) {
        auto* const scores = scores_.data() + one * padded;
        factors_[static_cast<std::size_t>(one)] = kernels.exponentials(scores, k.count, scale);
        const auto made = (k.count + kernels.group - 1) / kernels.group;
        std::fill_n(scores + made, tokens - made, 0.0F);
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
  /// Groups of tokens, padded to whole steps.
  static std::int64_t groups_of_tokens(const Kernels& kernels, std::int64_t count) {
    const auto step = std::int64_t{kernels.group} * kernels.depth_step;
    return (count + step - 1) / step * kernels.depth_step;
  }

  void take_keys(const Kernels& kernels, const Rows& k, std::int64_t depth) {
    const auto groups = depth / kernels.group;
    keys_.resize(static_cast<std::size_t>(whole_panels(kernels, k.count) * groups));
    for (std::int64_t key = 0; key < k.count; key += kernels.panel) {
      const auto rows = k.from(key);
      const auto columns = static_cast<int>(std::min<std::int64_t>(kernels.panel, rows.count));
      auto* panel = keys_.data() + key * groups;
      if (rows.floats != nullptr) {
        kernels.make_panel(rows.floats, rows.stride, columns, groups, panel);
      } else {
        kernels.arrange(reinterpret_cast<const std::uint32_t*>(rows.rounded), rows.stride / kernels.group,
                        columns, groups, panel);
      }
    }
  }

  /// Panels of columns of v, whose depth is the tokens.
  void take_values(const Kernels& kernels, const Rows& v, std::int64_t depth) {
    const auto groups = groups_of_tokens(kernels, v.count);
    values_.resize(static_cast<std::size_t>(whole_panels(kernels, depth) * groups));
    for (std::int64_t group = 0; group < groups; ++group) {
      const auto rows = v.from(group * kernels.group);
      const auto* even = kernels.group == 2 ? row_in_bf16(kernels, rows, depth, even_) : nullptr;
      const auto* odd = kernels.group == 2 ? row_in_bf16(kernels, rows.from(1), depth, odd_) : nullptr;
      for (std::int64_t column = 0; column < depth; column += kernels.panel) {
        auto* to = values_.data() + column * groups + group * kernels.panel;
        const auto columns = std::min<std::int64_t>(kernels.panel, depth - column);
        if (kernels.group == 1) {
          std::copy_n(rows.floats + column, columns, reinterpret_cast<float*>(to));
          continue;
        }
        for (std::int64_t index = 0; index < columns; ++index) {
          to[index] = even[column + index] | static_cast<std::uint32_t>(odd[column + index]) << 16;
        }
      }
    }
  }

  /// The first of `rows`, zeros where there is none; in `memory` if it has to be made.
  static const std::uint16_t* row_in_bf16(const Kernels& kernels, const Rows& rows, std::int64_t depth,
                                          LineVector<std::uint16_t>& memory) {
    if (rows.count > 0 && rows.rounded != nullptr) {
      return rows.rounded;
    }
    memory.assign(static_cast<std::size_t>(depth), 0);
    if (rows.count > 0) {
      kernels.round(rows.floats, depth, memory.data());
    }
    return memory.data();
  }

  Operand queries(const Kernels& kernels, const Rows& q, std::int64_t count, std::int64_t depth) {
    if (kernels.group == 1) {
      return {reinterpret_cast<const std::uint32_t*>(q.floats), q.stride, count};
    }
    if (q.rounded != nullptr) {
      return {reinterpret_cast<const std::uint32_t*>(q.rounded), q.stride / 2, count};
    }
    even_.resize(static_cast<std::size_t>(count * depth));
    for (std::int64_t row = 0; row < count; ++row) {
      kernels.round(q.floats + row * q.stride, depth, even_.data() + row * depth);
    }
    return {reinterpret_cast<const std::uint32_t*>(even_.data()), depth / 2, count};
  }

  void multiply(const Kernels& kernels, const Operand& x, std::int64_t groups,
                const LineVector<std::uint32_t>& panels, std::int64_t width, float* y, std::int64_t y_stride,
                const float* row_scale = nullptr) const {
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
      kernels.compute(tile, x.count);
    }
  }

  std::vector<float> zeros_;
  LineVector<std::uint32_t> keys_;
  LineVector<std::uint32_t> values_;
  LineVector<std::uint16_t> even_;
  LineVector<std::uint16_t> odd_;
  LineVector<float> scores_;
  std::vector<float> factors_;  ///< of each row of scores
};

bool suits(const at::Tensor& tensor, at::ScalarType type, const Kernels& kernels) {
  const auto in_groups = [&](int dimension) { return tensor.stride(dimension) % kernels.group == 0; };
  return tensor.scalar_type() == type && tensor.dim() == 4 && tensor.stride(3) == 1 && tensor.is_cpu() &&
         tensor.numel() > 0 &&
         (type == at::kFloat ||
          (in_groups(0) && in_groups(1) && in_groups(2) && tensor.storage_offset() % kernels.group == 0));
}

/// bf16's where they are wanted, there are some, and a head's depth is in pairs.
const Kernels* kernels_of(bool in_bf16, std::int64_t depth) {
  const auto* bf16 = in_bf16 && depth % 2 == 0 ? kernels_for(Precision::bf16) : nullptr;
  return bf16 != nullptr ? bf16 : kernels_for(Precision::fp32);
}

}  // namespace

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                     std::optional<double> scale, bool in_bf16) {
  const auto type = q.scalar_type();
  const auto* kernels = q.dim() == 4 ? kernels_of(in_bf16, q.size(3)) : nullptr;
  const bool own = kernels != nullptr && (type == at::kFloat || kernels->round != nullptr) &&
                   suits(q, type, *kernels) && suits(k, type, *kernels) && suits(v, type, *kernels) &&
                   q.size(0) == k.size(0) && q.size(1) == k.size(1) && k.sizes() == v.sizes() &&
                   q.size(3) == k.size(3);
  if (!own) {
    const auto y = at::scaled_dot_product_attention(q, k, v, std::nullopt, 0.0, false, scale);
    return in_bf16 ? y.to(at::kFloat) : y;
  }
  const auto heads = q.size(1);
  const auto depth = q.size(3);
  const auto factor = static_cast<float>(scale.value_or(1 / std::sqrt(static_cast<double>(depth))));
  auto y = at::empty({q.size(0), q.size(2), heads, depth}, q.options().dtype(at::kFloat));
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
