// Where a training stands, as the header of its checkpoint.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "clip_classify/contrastive.h"
#include "clip_classify/partial_file.h"

namespace clip_classify {

struct TrainingState {
  std::size_t epoch = 0;  ///< the one at work, from 0
  std::size_t batch = 0;  ///< the next of this epoch
  std::size_t steps = 0;  ///< of all epochs
  double loss_sum = 0;    ///< of this epoch's steps so far
  struct Best {
    std::size_t epoch = 0;  ///< from 1
    double loss = 0;        ///< on what is held out
  };
  std::optional<Best> best;
  std::size_t epochs_since_best = 0;
};

/// Everything that has a say in the numbers of a training, by name, but for the learning rate, which may be
/// lowered on the way, and the patience.
Settings settings_of(const ContrastiveOptions& options, const Manifest& manifest,
                     const std::string& pairs_sum);

std::string checkpoint_header(const Settings& settings, const TrainingState& state);

/// Throws Error (usage) for a header of other settings, naming the first that differs, and for what is no
/// header.
TrainingState state_in(const std::string& header, const Settings& settings,
                       const std::filesystem::path& file);

}  // namespace clip_classify
