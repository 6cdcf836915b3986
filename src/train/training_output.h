// The places that a training writes to, looked at before it begins.
#pragma once

#include "clip_classify/contrastive.h"

namespace clip_classify {

/// Throws Error (output) for a model folder that is there already or can't be written, and (usage) for a
/// checkpoint of an earlier run that nobody asked to go on from.
void check_training_output(const ContrastiveOptions& options);

}  // namespace clip_classify
