// The learning rate over a training.
#pragma once

namespace clip_classify {

/// The share of the highest learning rate at `progress` (0 to 1) of a training: a line from 0 over its first
/// `warmup`, then half a cosine down to 0 (Loshchilov and Hutter 2017, "SGDR", without restarts).
double learning_rate_share(double progress, double warmup);

}  // namespace clip_classify
