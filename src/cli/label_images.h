// The main loop of classify: batches of images to records.
#pragma once

#include "cli/classify_options.h"
#include "cli/classify_output.h"
#include "cli/stopwatch.h"
#include "clip_classify/classifier.h"
#include "clip_classify/loader.h"
#include "clip_classify/store.h"

namespace clip_classify::cli {

/// What became of the images of a run.
struct ImageCounts {
  std::size_t done = 0;
  std::size_t failed = 0;
  std::size_t known = 0;   ///< not encoded: their embeddings came from the store
  std::size_t unread = 0;  ///< of the known ones, those whose files were not even read

  void add(const LoadedImage& image);
};

/// All that images pass through.
struct Labelling {
  const ClassifyOptions& options;
  Model& model;
  ImageStore* store;  ///< may be null
  const Classifier& classifier;
  Writer& writer;
  const ClassifyOutput& output;
  Context& context;
  Stopwatch& watch;
};

/// Until the images end or a stop is asked for.
ImageCounts label_images(ImageLoader& images, const Labelling& run);

}  // namespace clip_classify::cli
