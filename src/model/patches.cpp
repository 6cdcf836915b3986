#include "model/patches.h"

#include <ATen/ATen.h>
#include <torch/library.h>

namespace clip_classify {

at::Tensor patches(const at::Tensor& picture, std::int64_t size) {
  const auto batch = picture.size(0);
  const auto channels = picture.size(1);
  const auto rows = picture.size(2) / size;
  const auto columns = picture.size(3) / size;
  return picture.narrow(2, 0, rows * size)
      .narrow(3, 0, columns * size)
      .reshape({batch, channels, rows, size, columns, size})
      .permute({0, 2, 4, 1, 3, 5})
      .reshape({batch, rows, columns, channels * size * size});
}

TORCH_LIBRARY_FRAGMENT(clip_classify, library) {
  library.def("patches", &patches);
}

}  // namespace clip_classify
