// The pictures of a training, as bytes of the encoder's size: kept in memory, or read again for every batch.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "clip_classify/error.h"
#include "clip_classify/image.h"
#include "clip_classify/loader.h"

namespace clip_classify {

class PairImages {
 public:
  /// Keeps them where they take no more than `memory` bytes.
  PairImages(const ImageSpec& spec, std::vector<std::string> paths, LoaderOptions loader,
             std::uint64_t memory);

  /// Reads every image once, and gives those that can't be, by index. `progress` is told how many are done.
  /// Throws Interrupted.
  std::vector<std::pair<std::size_t, Error>> read_all(const std::function<void(std::size_t)>& progress,
                                                      const std::stop_token& stop);

  /// Of one picture.
  std::size_t picture_bytes() const { return bytes_; }

  /// Resized, not normalised: [images, 3, height, width], back to back. After read_all, of those that it
  /// could read. Throws Error (usage) for one that can't be read any more.
  std::vector<std::uint8_t> take(std::span<const std::size_t> images) const;

 private:
  ImageSpec spec_;
  std::vector<std::string> paths_;
  LoaderOptions options_;
  std::size_t bytes_;  ///< of one picture
  bool keeps_;
  std::vector<std::uint8_t> kept_;
};

}  // namespace clip_classify
