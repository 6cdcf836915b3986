// scores = activation(scale * image . weights + bias): the one product every command reads.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "clip_classify/embeddings.h"
#include "clip_classify/model.h"
#include "clip_classify/text.h"

namespace clip_classify {

/// One label's result for one image.
struct LabelScore {
  std::size_t label = 0;    ///< index into Classifier::labels
  double similarity = 0.0;  ///< cosine of image and label embedding, -1..1
  double logit = 0.0;       ///< scale * similarity + bias
  double probability = 0.0;
};

struct Classifier {
  std::vector<std::string> labels;
  Matrix weights;  ///< a unit row for each label
  double scale = 1.0;
  double bias = 0.0;
  Activation activation = Activation::softmax;

  /// One score for each label, in the labels' order. `embedding` is a unit vector of weights.width floats.
  std::vector<LabelScore> scores(std::span<const float> embedding) const;
};

/// What a caller may want to know of a longer piece of work.
struct ZeroShotEvents {
  std::function<void(const std::string& message)>
      warn;  ///< a label was cut, or is in words unknown to the model
  /// After each batch of prompts; what it throws (Interrupted, say) ends the work.
  std::function<void(std::size_t done, std::size_t total)> progress;
};

/// A classifier from words alone (Radford et al. 2021, section 3.1.4): each label's prompts (texts times
/// templates) are embedded, averaged and renormalised. With `judged_alone`, the manifest's multi-label scale
/// and bias and a sigmoid take the place of its activation.
Classifier zero_shot_classifier(Model& model, const std::vector<Label>& labels,
                                const std::vector<std::string>& templates, bool judged_alone,
                                const ZeroShotEvents& events = {});

}  // namespace clip_classify
