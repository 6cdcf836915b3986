// Batches of a loader's images, each given to the encoder as soon as it is decoded.
#pragma once

#include <condition_variable>
#include <exception>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "clip_classify/loader.h"
#include "clip_classify/model.h"

namespace clip_classify::cli {

struct ImageBatch {
  std::vector<LoadedImage> images;  ///< without their pixels; none at the end
  /// A row for each image that was decoded; not valid where none was.
  std::future<Matrix> embeddings = {};
};

/// While one batch is waited for and made use of, the encoder has the next.
class ImageBatches {
 public:
  /// Both must outlive it, and images be embedded by this thread and it alone.
  ImageBatches(ImageLoader& loader, Model& model, std::size_t size);
  /// Stops the loader when it has not ended.
  ~ImageBatches();
  ImageBatches(const ImageBatches&) = delete;
  ImageBatches& operator=(const ImageBatches&) = delete;

  /// The next batch, in order. Throws what the loader and the model throw.
  ImageBatch next();

 private:
  void begin_all();
  ImageBatch begin();
  /// Hands a batch over once the one before is taken; whether anyone still wants it.
  bool hand_over(ImageBatch batch);

  ImageLoader& loader_;
  Model& model_;
  std::size_t size_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<ImageBatch> begun_;
  std::exception_ptr failure_;
  bool ended_ = false;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace clip_classify::cli
