// What embeddings must be before anything is made of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "clip_classify/error.h"

namespace clip_classify {

/// Throws Error (model) for what is not a number. `of_what`: "an image", say.
inline void check_finite(std::span<const float> values, const std::string& of_what) {
  if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); })) {
    throw model_error("an embedding of " + of_what + " holds what is not a number");
  }
}

/// Throws Error (model) for rows that can't be compared.
inline void check_width(std::size_t width, std::size_t other) {
  if (width == other) return;
  throw model_error("embeddings of " + std::to_string(width) + " and " + std::to_string(other) +
                    " numbers are of different models");
}

}  // namespace clip_classify
