// The pairs of a training as the encoders take them.
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "clip_classify/contrastive.h"
#include "train/augmentation.h"
#include "train/pair_batches.h"
#include "train/pair_images.h"

namespace clip_classify {

class TrainingData {
 public:
  /// Reads all images and tokenizes all texts. Pairs whose image can't be read are left out, after
  /// `events.failed` for each such image. Throws Error (usage) where fewer than two pairs are left, or all
  /// that are left have the same image or text.
  TrainingData(const Model& model, const std::vector<TrainingPair>& pairs, const ContrastiveOptions& options,
               const ContrastiveEvents& events);

  /// Of the pairs that are left.
  const std::vector<PairIds>& ids() const { return ids_; }
  std::size_t failed() const { return failed_; }
  /// Of the paths and texts that are left.
  std::string sum() const { return sum_; }

  /// The pictures' bytes of these pairs; may run in another thread.
  std::vector<std::uint8_t> bytes(std::span<const std::size_t> pairs) const;

  /// Some pairs' pictures from their bytes, normalised: [pairs, 3, height, width].
  at::Tensor pixels(std::span<const std::size_t> pairs, std::span<const std::uint8_t> bytes) const;
  /// The same, augmented as these options say, which is the same for the same epoch.
  at::Tensor augmented_pixels(std::span<const std::size_t> pairs, std::span<const std::uint8_t> bytes,
                              const ContrastiveOptions& options, std::size_t epoch) const;

  /// Their texts as the text encoder's inputs.
  std::vector<at::Tensor> tokens(std::span<const std::size_t> pairs) const;

  /// Of one picture.
  std::size_t picture_bytes() const { return images_->picture_bytes(); }

 private:
  void read_images(const ContrastiveOptions& options, const ContrastiveEvents& events,
                   std::vector<bool>& readable);
  at::Tensor picture(std::span<const std::uint8_t> bytes, std::size_t place) const;
  at::Tensor normalised(const at::Tensor& pixels) const;

  const Manifest& manifest_;
  std::vector<PairIds> ids_;
  std::vector<std::string> paths_;  ///< by image
  std::vector<Tokens> tokens_;      ///< by text
  std::vector<bool> tells_sides_;   ///< by text
  std::unique_ptr<PairImages> images_;
  std::size_t failed_ = 0;
  std::string sum_;
};

}  // namespace clip_classify
