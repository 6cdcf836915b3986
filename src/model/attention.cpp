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
    const std::int64_t panel = kernels.panel;
    const auto padded = (k.count + panel - 1) / panel * panel;
    const auto wide = (depth + panel - 1) / panel * panel;
    const auto block_rows = kTiles * kernels.rows;
    zeros_.resize(static_cast<std::size_t>(panel));
    keys_.resize(static_cast<std::size_t>(padded * depth));
    values_.resize(static_cast<std::size_t>(wide * k.count));
    scores_.resize(static_cast<std::size_t>(padded * block_rows));
    for (std::int64_t key = 0; key < k.count; key += panel) {
      kernels.make_panel(k.values + key * k.stride, k.stride,
                         static_cast<int>(std::min(panel, k.count - key)), depth, keys_.data() + key * depth);
    }
    auto* values = reinterpret_cast<float*>(values_.data());
    for (std::int64_t column = 0; column < depth; column += panel) {
      for (std::int64_t token = 0; token < v.count; ++token, values += panel) {
        std::copy_n(v.values + token * v.stride + column, std::min(panel, depth - column), values);
      }
    }
    for (std::int64_t row = 0; row < q.count; row += block_rows) {
      const auto rows = std::min(block_rows, q.count - row);
      multiply(kernels, {q.values + row * q.stride, q.stride, rows}, depth, keys_, k.count, scores_.data(),
               padded);
      for (std::int64_t score = 0; score < rows; ++score) {
        kernels.softmax(scores_.data() + score * padded, k.count, scale);
      }
      multiply(kernels, {scores_.data(), padded, rows}, k.count, values_, depth, y + row * y_stride,
               y_stride);
    }
  }

 private:
  void multiply(const Kernels& kernels, const Rows& x, std::int64_t depth,
                const std::vector<std::uint32_t>& panels, std::int64_t width, float* y,
                std::int64_t y_stride) const {
    Tile tile{.x = reinterpret_cast<const std::uint32_t*>(x.values),
              .x_stride = x.stride,
              .groups = depth,
              .bias = zeros_.data(),
              .y_stride = y_stride};
    for (std::int64_t column = 0; column < width; column += kernels.panel) {
      tile.panel = panels.data() + column * depth;
      tile.columns = static_cast<int>(std::min<std::int64_t>(kernels.panel, width - column));
      tile.y = y + column;
      compute_rows(kernels, tile, x.count);
    }
  }

  std::vector<float> zeros_;
  std::vector<std::uint32_t> keys_;
  std::vector<std::uint32_t> values_;
  std::vector<float> scores_;
};

bool suits(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kFloat && tensor.dim() == 4 && tensor.stride(3) == 1 &&
         tensor.is_cpu() && tensor.numel() > 0;
}

}  // namespace

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                     std::optional<double> scale) {
  const auto* kernels = kernels_for(Precision::fp32);
  const bool same = suits(q) && suits(k) && suits(v) && q.size(0) == k.size(0) && q.size(1) == k.size(1) &&
                    k.sizes() == v.sizes() && q.size(3) == k.size(3);
  if (kernels == nullptr || !same) {
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
