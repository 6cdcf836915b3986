// Where classify's records go: standard output, a whole file, or one that is continued.
#pragma once

#include <memory>

#include "cli/classify_options.h"
#include "cli/image_stream.h"
#include "clip_classify/partial_file.h"

namespace clip_classify::cli {

struct ClassifyOutput {
  std::unique_ptr<Sink> sink;
  PartialFile* partial = nullptr;  ///< the sink, where --resume was given

  std::size_t done_before = 0;  ///< images of an earlier run
  std::size_t failed_before = 0;

  /// Makes the records of a batch visible to a reader, and what a later run goes on from.
  void show(const std::vector<EmbeddedImage>& batch) const;
};

/// Opens it. With --resume, the inputs that are done are taken from `images`. Throws Error (output), and
/// Error (usage) where something else was begun.
ClassifyOutput open_output(const ClassifyOptions& options, const Model& model,
                           const std::vector<Label>& labels, const std::vector<std::string>& templates,
                           ImageStream& images);

}  // namespace clip_classify::cli
