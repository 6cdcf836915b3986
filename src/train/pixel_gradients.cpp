#include "clip_classify/pixel_gradients.h"

#include <torch/csrc/autograd/autograd.h>

#include "model/encoder.h"
#include "train/trainable_encoder.h"

namespace clip_classify {

struct PixelGradients::Parts {
  std::string file;
  at::Device device;
  int height;
  int width;
  TrainableEncoder encoder;
};

PixelGradients::PixelGradients(const Manifest& manifest, const std::string& device) {
  const auto found = find_device(device);
  parts_ = std::make_unique<Parts>(Parts{
      (manifest.folder / manifest.image_encoder).string(), found, manifest.image.height, manifest.image.width,
      TrainableEncoder(manifest, manifest.image_encoder, std::nullopt, "image encoder", found)});
}

PixelGradients::~PixelGradients() = default;
PixelGradients::PixelGradients(PixelGradients&&) noexcept = default;
PixelGradients& PixelGradients::operator=(PixelGradients&&) noexcept = default;

std::vector<Matrix> PixelGradients::operator()(std::span<const float> pixels, std::size_t count,
                                               const Matrix& weights) {
  const auto pictures =
      at::from_blob(
          const_cast<float*>(pixels.data()),  // NOLINT(cppcoreguidelines-pro-type-const-cast): it is copied
          {static_cast<std::int64_t>(count), 3, parts_->height, parts_->width})
          .to(parts_->device, at::kFloat, /*non_blocking=*/false, /*copy=*/true)
          .requires_grad_();
  const auto rows = parts_->encoder.embed({pictures});
  std::vector<Matrix> gradients;
  for (std::size_t label = 0; label < weights.rows; ++label) {
    const auto row = weights.row(label);
    const auto direction = at::tensor(at::ArrayRef<float>(row.data(), row.size())).to(parts_->device);
    at::Tensor gradient;
    try {
      // Pictures don't meet in the encoder, so the sum's gradient is each one's own.
      gradient =
          torch::autograd::grad({at::mv(rows, direction).sum()}, {pictures}, {}, /*retain_graph=*/true)[0]
              .to(at::kCPU)
              .contiguous();
    } catch (const std::exception&) {
      throw model_error(parts_->file + ": this encoder has operators without gradients; " +
                        "take --method occlusion");
    }
    const auto* values = gradient.const_data_ptr<float>();
    gradients.push_back({count, pixels.size() / count, {values, values + gradient.numel()}});
  }
  return gradients;
}

}  // namespace clip_classify
