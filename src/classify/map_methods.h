// The ways to a heat map, which explain_picture chooses among.
#pragma once

#include "clip_classify/explanation.h"

namespace clip_classify {

/// Occlusion and RISE.
std::vector<HeatMap> masked_maps(const PreparedPicture& picture, const Matrix& weights,
                                 const MapOptions& options, const ExplanationRun& run);

/// Integrated gradients.
std::vector<HeatMap> gradient_maps(const PreparedPicture& picture, const Matrix& weights,
                                   const MapOptions& options, const ExplanationRun& run);

}  // namespace clip_classify
