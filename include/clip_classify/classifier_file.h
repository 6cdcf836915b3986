// A trained classifier as a file of JSON.
#pragma once

#include <string>

#include "clip_classify/few_shot.h"
#include "clip_classify/manifest.h"

namespace clip_classify {

/// The file's whole text. Which model it belongs to is written by name and by the sums of its files; weights
/// are float32 in base64, little endian; a sha256 over the rest, as JSON without white space, is the last
/// field.
std::string classifier_text(const TrainedClassifier& trained, const Manifest& manifest);

/// Reads it back, for the same model. Throws Error (usage) that names the file: missing, not a classifier, of
/// a newer version, damaged or cut off, of another model.
TrainedClassifier read_classifier(const std::string& path, const Manifest& manifest);

}  // namespace clip_classify
