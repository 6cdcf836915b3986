// A picture cut into the patches that a vision transformer takes for words.
#pragma once

#include <ATen/core/Tensor.h>

namespace clip_classify {

/// [batch, channels, height, width] to [batch, rows of patches, columns of patches, channels * size * size];
/// what does not fill a patch is left out, as by a convolution.
at::Tensor patches(const at::Tensor& picture, std::int64_t size);

}  // namespace clip_classify
