// Recomputes a manifest's golden values: does this machine give what the model's Python original gave?
#pragma once

#include <string>
#include <vector>

#include "clip_classify/image.h"
#include "clip_classify/model.h"

namespace clip_classify {

/// One comparison with a golden value.
struct GoldenCheck {
  std::string stage;        ///< "tokens", "text embedding" or "image embedding"
  std::string subject;      ///< the text, or the size of the synthetic image
  double difference = 0.0;  ///< largest absolute difference of a component; for tokens: how many ids differ
  bool passed = false;
};

/// The image that golden image embeddings belong to; its formula is in models/README.md.
Image golden_image(int width, int height);

/// Embeddings may differ by 1e-4 in a component (the image's by what the manifest allows), token ids not at
/// all.
std::vector<GoldenCheck> check_golden(Model& model);

}  // namespace clip_classify
