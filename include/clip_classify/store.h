// Embeddings kept on disk, so that nothing is computed twice: the images' in a file that the user names, the
// labels' in a cache.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "clip_classify/classifier.h"
#include "clip_classify/loader.h"
#include "clip_classify/model.h"

namespace clip_classify {

/// An image that a store knows.
struct StoredImage {
  std::string path;  ///< from the root, where it was last seen
  std::vector<float> embedding;
};

/// Embeddings of images, found by the file as it was last seen or else by content. One SQLite file holds any
/// number of models, precisions and ways of decoding, and any number of processes on one machine may use it
/// at once. Everything may throw Error (output) that names the file: not a store, damaged, of a newer
/// version, locked for a minute, not to be written, no space left. Safe to share between threads.
class ImageStore : public ImageMemory {
 public:
  /// Opens or creates the file.
  ImageStore(const std::string& path, const Model& model, const DecodeOptions& decode);
  ~ImageStore() override;

  std::vector<float> recall(const std::string& path, ImageKey& key) override;
  std::vector<float> recall(const std::string& path, std::span<const std::byte> bytes,
                            ImageKey& key) override;
  void recall_all(std::span<LoadedImage> images) override;

  /// What is known of images, in the order of their paths by bytes: up to `count` of those whose path comes
  /// after `path`, and none only at the end. Nobody looks at their files, which may have changed or gone.
  std::vector<StoredImage> known_after(const std::string& path, std::size_t count);

  /// Keeps what a loaded image came to: its embedding, unless that was recalled, and the state of its file.
  /// It is written in batches, at least once a second as long as this is called; what a killed process had
  /// not written is computed again.
  void keep(const LoadedImage& image, std::span<const float> embedding);

  /// Writes what keep() was given.
  void commit();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Weight rows of labels, found by templates and texts. Only a cache: whatever is wrong with the file, it
/// never throws but knows nothing. A damaged file is made anew; beyond `limit` bytes, the oldest quarter of
/// all labels is dropped. Whole sets of labels are kept once more, beside the file, up to `limit` bytes, too.
class LabelCache : public LabelMemory {
 public:
  explicit LabelCache(const std::string& path, const Model& model,
                      std::int64_t limit = std::int64_t{1} << 30);
  ~LabelCache() override;

  std::vector<bool> recall(std::span<const Label> labels, std::span<const std::string> templates,
                           LabelWeights& weights) override;
  void keep(std::span<const Label> labels, std::span<const std::string> templates,
            const LabelWeights& weights) override;
  bool recall_set(std::span<const Label> labels, std::span<const std::string> templates,
                  LabelWeights& weights) override;
  void keep_set(std::span<const Label> labels, std::span<const std::string> templates,
                const LabelWeights& weights) override;

  /// How many labels were recalled so far.
  std::size_t known() const;

  /// What was wrong with the file, in one line. `damaged` is worth a warning, the rest happens to anybody.
  struct Trouble {
    bool damaged = false;
    std::string message;
  };
  const std::optional<Trouble>& trouble() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// $CLIP_CLASSIFY_CACHE, else clip-classify in $XDG_CACHE_HOME or ~/.cache; nothing where none of them is
/// set, or where CLIP_CLASSIFY_CACHE is "off".
std::optional<std::filesystem::path> cache_folder();

/// The labels' file in it.
std::string label_cache_in(const std::filesystem::path& folder);

}  // namespace clip_classify
