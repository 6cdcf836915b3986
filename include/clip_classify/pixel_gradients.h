// Gradients through a model's image encoder down to the pixels, by libtorch's autograd.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "clip_classify/embeddings.h"
#include "clip_classify/manifest.h"

namespace clip_classify {

/// The image encoder as it is in its archive, in fp32: a copy beside Model's, which is frozen. Not safe to
/// share between threads.
class PixelGradients {
 public:
  /// `device` as in ModelOptions. Throws Error (model) for an archive that can't be loaded.
  PixelGradients(const Manifest& manifest, const std::string& device);
  ~PixelGradients();
  PixelGradients(PixelGradients&&) noexcept;
  PixelGradients& operator=(PixelGradients&&) noexcept;

  /// See EmbedGradients: `pixels` holds `count` preprocessed images back to back, each matrix has `count`
  /// rows of as many numbers as a picture. An archive for int8 computes in fp32 with numbers rounded
  /// to 8 bits, which gradients pass as if they were not. Throws Error (model) for operators without
  /// gradients.
  std::vector<Matrix> operator()(std::span<const float> pixels, std::size_t count, const Matrix& weights);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace clip_classify
