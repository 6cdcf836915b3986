// Images read and decoded ahead of the model, in a bounded window, handed over in the order of the inputs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "clip_classify/image.h"
#include "clip_classify/input.h"

namespace clip_classify {

/// An input and its pixels as the encoder takes them (see preprocess), or the input's error and no pixels.
struct LoadedImage {
  Input input;
  std::vector<float> pixels;
};

struct LoaderOptions {
  DecodeOptions decode;     ///< `apply_exif` and `alpha` count beside the ImageSpec's: see ImageLoader
  int threads = 1;          ///< that read, decode and preprocess
  std::size_t window = 32;  ///< most images in memory at once, read or being read
  /// Most bytes that pictures being decoded take together, as far as their headers tell; a larger one is
  /// decoded alone.
  std::uint64_t memory = std::uint64_t{512} << 20;
};

/// Pulls from an InputSource on a thread of its own, and reads and decodes on several. One broken image is an
/// error in its place and holds nobody up. Signals are left to the threads of the caller.
class ImageLoader {
 public:
  /// EXIF is applied when both `spec` and `options` want it; transparency is treated as `spec` says.
  ImageLoader(InputSource source, ImageSpec spec, LoaderOptions options);
  /// Stops early when not drained: blocked reads of standard input are given up.
  ~ImageLoader();
  ImageLoader(const ImageLoader&) = delete;
  ImageLoader& operator=(const ImageLoader&) = delete;

  /// The next images in order, at most `count` (at most the window): exactly `count` until the inputs end,
  /// so that a run's batches do not depend on timing. Only where inputs arrive one by one on standard input
  /// does it hand over what is there rather than wait for more. Empty at the end.
  std::vector<LoadedImage> next(std::size_t count);

  /// Makes a waiting next() return soon (after the images in work, if it must) and all later ones return
  /// nothing. Safe from any thread and from a signal handler.
  void stop() noexcept;

 private:
  struct Window;
  std::unique_ptr<Window> window_;
};

}  // namespace clip_classify
