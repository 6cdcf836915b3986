// What train says of the classifier that it made.
#pragma once

#include <string>

#include "clip_classify/few_shot.h"

namespace clip_classify::cli {

/// Whose figures they are.
struct TrainedFile {
  std::string path;
  std::string model;
};

/// For a person to read, whole lines.
std::string training_text(const TrainedClassifier& trained, const TrainedFile& file);

/// One JSON object and a line break.
std::string training_json(const TrainedClassifier& trained, const TrainedFile& file);

}  // namespace clip_classify::cli
