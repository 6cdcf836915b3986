// The options of train --contrastive.
#pragma once

#include "cli/command.h"
#include "cli/options.h"
#include "clip_classify/contrastive.h"

namespace clip_classify::cli {

struct TrainContrastiveOptions : CommonOptions {
  std::string table;  ///< of pairs
  ContrastiveOptions training;
};

/// Throws Error (usage) for what is wrong with them or does not fit together.
TrainContrastiveOptions parse_train_contrastive(const Arguments& arguments);

}  // namespace clip_classify::cli
