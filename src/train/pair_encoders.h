// Both encoders in training, over the pairs of a TrainingData.
#pragma once

#include <span>
#include <vector>

#include "train/grad_cache.h"
#include "train/trainable_encoder.h"
#include "train/training_data.h"
#include "train/validation.h"

namespace clip_classify {

class PairEncoders {
 public:
  /// Throws Error (model) where neither has parameters. What it is given must outlive it.
  PairEncoders(const Manifest& manifest, const ContrastiveOptions& options, at::Device device);

  TrainableEncoder& images() { return images_; }
  TrainableEncoder& texts() { return texts_; }
  std::vector<at::Tensor> trained() const;

  /// Embeds the images of all pairs where training leaves them as they are: they are neither augmented nor is
  /// their encoder trained. Throws Interrupted.
  void embed_fixed_images(const TrainingData& data, const ContrastiveEvents& events);

  /// What image_side() needs of a batch; may run in another thread.
  std::vector<std::uint8_t> read(const TrainingData& data, std::span<const std::size_t> batch) const;

  /// The sides of a batch, which must live as long as they do, as must `bytes`, that read() gave for it.
  ContrastedSide image_side(const TrainingData& data, std::span<const std::size_t> batch,
                            std::span<const std::uint8_t> bytes, std::size_t epoch);
  ContrastedSide text_side(const TrainingData& data, std::span<const std::size_t> batch);

  /// Without augmentation and autograd.
  HeldOutRows rows_of(const TrainingData& data, const std::vector<std::size_t>& pairs);

 private:
  at::Tensor fixed_rows_of(std::span<const std::size_t> pairs) const;

  const ContrastiveOptions& options_;
  at::Device device_;
  TrainableEncoder images_;
  TrainableEncoder texts_;
  at::Tensor fixed_rows_;  ///< of all pairs' images; undefined where these are embedded again each time
};

}  // namespace clip_classify
