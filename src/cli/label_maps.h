// Heat maps of a run's labels, picture after picture.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "cli/session.h"
#include "clip_classify/explanation.h"
#include "clip_classify/pixel_gradients.h"

namespace clip_classify::cli {

/// Labels by their place in the classifier, pixels as preprocess() makes them. All throw Interrupted when the
/// run is.
class LabelMaps {
 public:
  /// `session` must outlive it.
  LabelMaps(Session& session, const Classifier& classifier, const MapOptions& options);
  LabelMaps(const LabelMaps&) = delete;
  LabelMaps& operator=(const LabelMaps&) = delete;

  /// The picture's unit row.
  Matrix embed(std::span<const float> pixels) const { return run_.embed(pixels, 1); }

  /// A map for each label, against all other labels of the classifier.
  std::vector<HeatMap> maps(std::span<const float> pixels, std::span<const std::size_t> labels) const;

  /// How far these can be believed.
  std::vector<Faithfulness> check(std::span<const float> pixels, std::span<const std::size_t> labels,
                                  std::span<const HeatMap> maps) const;

 private:
  PreparedPicture picture_of(std::span<const float> pixels) const;
  Matrix rows_of(std::span<const std::size_t> labels) const;

  Session& session_;
  MapOptions options_;
  Matrix rows_;  ///< by label
  std::optional<PixelGradients> gradients_;
  ExplanationRun run_;
};

}  // namespace clip_classify::cli
