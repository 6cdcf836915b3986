#include "cli/image_batches.h"

#include <utility>

namespace clip_classify::cli {

ImageBatches::ImageBatches(ImageLoader& loader, Model& model, std::size_t size)
    : loader_(loader), model_(model), size_(size), thread_([this] { begin_all(); }) {}

ImageBatches::~ImageBatches() {
  loader_.stop();
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

ImageBatch ImageBatches::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return begun_ || ended_; });
  if (!begun_ && failure_ != nullptr) {
    std::rethrow_exception(failure_);
  }
  auto batch = std::exchange(begun_, std::nullopt);
  changed_.notify_all();
  return batch ? *std::move(batch) : ImageBatch{};
}

void ImageBatches::begin_all() {
  try {
    bool wanted = true;
    while (wanted) {
      auto batch = begin();
      wanted = !batch.images.empty() && hand_over(std::move(batch));
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

ImageBatch ImageBatches::begin() {
  ImageBatch batch{loader_.next(size_)};
  std::vector<float> pixels;
  std::size_t count = 0;
  for (auto& image : batch.images) {
    if (!image.pixels.empty()) {
      ++count;
      pixels.insert(pixels.end(), image.pixels.begin(), image.pixels.end());
      image.pixels = {};
    }
  }
  if (count > 0) {
    batch.embeddings = model_.start_embedding_images(std::move(pixels), count);
  }
  return batch;
}

bool ImageBatches::hand_over(ImageBatch batch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !begun_ || stopped_; });
  begun_ = std::move(batch);
  changed_.notify_all();
  return !stopped_;
}

}  // namespace clip_classify::cli
