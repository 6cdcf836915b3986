// What training leaves: a model folder with the trained encoders.
#pragma once

#include <filesystem>

#include "clip_classify/contrastive.h"
#include "train/trainable_encoder.h"

namespace clip_classify {

struct TrainedScore {
  ContrastiveLoss loss = ContrastiveLoss::clip;
  double scale = 0;         ///< learned
  double bias = 0;          ///< learned by the sigmoid loss
  double scale_before = 0;  ///< that training began with
};

/// Makes the folder beside `output` and renames it when all is in it and `model verify`'s checks pass. Its
/// manifest is that of `manifest`'s folder with the new sums, score and golden values, these computed by the
/// encoders as they were trained; `story` says what was done. Throws Error (output) and, where the folder
/// does not give its golden values, (model).
void write_trained_folder(const Manifest& manifest, TrainableEncoder& images, TrainableEncoder& texts,
                          const TrainedScore& score, const std::string& story,
                          const std::filesystem::path& output);

}  // namespace clip_classify
