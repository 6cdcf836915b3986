// What train is given: which image is an example of which label.
#pragma once

#include <string>
#include <vector>

#include "cli/image_stream.h"
#include "cli/train_options.h"

namespace clip_classify::cli {

struct TrainExamples {
  std::vector<std::string> paths;    ///< as an ImageStream of `inputs` gives them
  std::vector<std::size_t> classes;  ///< of each, an index into `labels`
  /// Those of the examples in the order of their first one, then those without any.
  std::vector<Label> labels;
  std::size_t with_examples = 0;
  InputOptions inputs;
};

/// Finds them without opening an image. Throws Error (usage): inputs that are not there, images without a
/// label, class folders without images, labels that differ only by case or space. Images that a table names
/// and that are missing are told on the console, each once, before it throws.
TrainExamples find_examples(const TrainOptions& options, Session& session);

}  // namespace clip_classify::cli
