// Images read and decoded ahead of the model, in a bounded window, handed over in the order of the inputs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "clip_classify/image.h"
#include "clip_classify/input.h"

namespace clip_classify {

/// What an image's embedding is found by; made and read by an ImageMemory only.
struct ImageKey {
  std::string file;     ///< the state that its file was in before it was read; empty where that says nothing
  std::string content;  ///< of the bytes; empty until they are read
};

/// An input and one of these: its pixels as the encoder takes them (see preprocess), its embedding where that
/// was recalled, or the input's error.
struct LoadedImage {
  Input input;
  std::vector<float> pixels = {};
  std::vector<float> embedding = {};
  ImageKey key = {};
};

/// Where embeddings are kept from one run to the next; ImageStore (store.h) is one. Called from several
/// threads at once. What it throws ends the run.
class ImageMemory {
 public:
  virtual ~ImageMemory() = default;
  /// The embedding of a file that is as it was when it was last seen, without reading it; else nothing.
  virtual std::vector<float> recall(const std::string& path, ImageKey& key) = 0;
  /// The same for many, which may cost less at once: sets the embedding and key of those without an error.
  virtual void recall_all(std::span<LoadedImage> images) {
    for (auto& image : images) {
      if (!image.input.error) {
        image.embedding = recall(image.input.path, image.key);
      }
    }
  }
  /// The embedding of an image with this content, read after one of the calls above; else nothing.
  virtual std::vector<float> recall(const std::string& path, std::span<const std::byte> bytes,
                                    ImageKey& key) = 0;
};

struct LoaderOptions {
  DecodeOptions decode;           ///< see decode_options
  int threads = 1;                ///< that read, decode and preprocess
  std::size_t window = 32;        ///< most images in memory at once, read or being read
  ImageMemory* memory = nullptr;  ///< what it recalls is not decoded; must outlive the loader
  /// Most bytes that pictures being decoded take together, as far as their headers tell; a larger one is
  /// decoded alone.
  std::uint64_t decoding_budget = std::uint64_t{512} << 20;
};

/// `asked` as it applies to a model: EXIF counts when both want it; transparency is treated as `spec` says.
DecodeOptions decode_options(const ImageSpec& spec, DecodeOptions asked);

/// Pulls from an InputSource on a thread of its own, and reads and decodes on several. One broken image is an
/// error in its place and holds nobody up. Signals are left to the threads of the caller.
class ImageLoader {
 public:
  ImageLoader(InputSource source, ImageSpec spec, LoaderOptions options);
  /// Stops early when not drained: blocked reads of standard input are given up.
  ~ImageLoader();
  ImageLoader(const ImageLoader&) = delete;
  ImageLoader& operator=(const ImageLoader&) = delete;

  /// The next images in order, of which `count` (at most the window) were not recalled: exactly `count` until
  /// the inputs end, so that a run's batches do not depend on timing, and any number of recalled ones between
  /// them (up to 1,024, with fewer of the others). Only where inputs arrive one by one on standard input does
  /// it hand over what is there rather than wait for more. Empty at the end.
  std::vector<LoadedImage> next(std::size_t count);

  /// Makes a waiting next() return soon (after the images in work, if it must) and all later ones return
  /// nothing. Safe from any thread and from a signal handler.
  void stop() noexcept;

 private:
  struct Window;
  std::unique_ptr<Window> window_;
};

}  // namespace clip_classify
