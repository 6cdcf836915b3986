// Images to embeddings, whichever way they come: through the encoder, from a store or from an embedding file.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "cli/session.h"
#include "clip_classify/embedding_file.h"
#include "clip_classify/loader.h"

namespace clip_classify::cli {

/// Exactly one of embedding and error is there.
struct EmbeddedImage {
  std::string path;
  std::span<const float> embedding;  ///< a unit row; lives until the next next()
  std::optional<Error> error;
};

/// A batch that the encoder has begun with.
struct BegunImages {
  std::vector<LoadedImage> images;  ///< without their pixels; none at the end
  /// A row for each image that was decoded; not valid where none was.
  std::future<Matrix> embeddings = {};
};

/// What became of the images of a run.
struct ImageCounts {
  std::size_t done = 0;
  std::size_t failed = 0;
  std::size_t known = 0;   ///< not encoded: their embeddings came from the store
  std::size_t unread = 0;  ///< of the known ones, those whose files were not even read

  void add(const LoadedImage& image);
};

/// "3 images (2 known, 1 of them unread)"
std::string summary_of(Session& session, const ImageCounts& counts);

/// What it means that no inputs are named.
enum class WithoutInputs {
  error,
  known_images,  ///< all that the store knows is meant, as it was when it was last seen
};

/// The images that a command's options name, in order, a batch at a time. Failures are told on standard error
/// as they come, progress is shown, and what is embedded goes into the session's store.
class ImageStream {
 public:
  /// Opens the inputs. Throws Error (usage) for what they can't be.
  explicit ImageStream(Session& session);
  /// Other inputs than the options name.
  ImageStream(Session& session, InputOptions inputs, WithoutInputs without = WithoutInputs::error);
  /// Some image files more after those that `before` counts, of a number that nobody knows.
  ImageStream(Session& session, InputSource source, const ImageCounts& before);
  ~ImageStream();
  ImageStream(const ImageStream&) = delete;
  ImageStream& operator=(const ImageStream&) = delete;

  /// The source of image files, before start(); null where the inputs are embedding files.
  InputSource* source() { return source_ ? &*source_ : nullptr; }

  /// The embedding files, where the inputs are that. Who reads them without next() counts their rows.
  std::span<const EmbeddingFile> files() const { return files_; }
  void count_rows(std::size_t rows) { counts_.done += rows; }

  /// Begins to read ahead and, unless all images may be known, to load the encoder. `done_before`: images
  /// taken from the source.
  void start(std::size_t done_before = 0);

  /// The next images; empty at the end, and soon after a stop was asked for. Call start() first.
  std::vector<EmbeddedImage> next();

  /// Writes what is kept to the store. To be called at the end.
  void finish();

  const ImageCounts& counts() const { return counts_; }
  std::string summary() { return summary_of(session_, counts_); }

 private:
  std::vector<EmbeddedImage> next_rows();
  std::vector<EmbeddedImage> next_loaded();
  std::vector<EmbeddedImage> next_known();

  Session& session_;
  std::optional<InputSource> source_;
  std::vector<EmbeddingFile> files_;
  bool all_known_ = false;  ///< the images are those of the store
  std::size_t file_ = 0;
  std::size_t row_ = 0;
  std::future<void> loading_;
  std::unique_ptr<ImageLoader> loader_;
  std::optional<std::stop_callback<std::function<void()>>> stop_loading_;
  BegunImages batch_;
  std::future<BegunImages> ahead_;  ///< the batch after it, so that the encoder has it in time
  std::vector<StoredImage> stored_;
  Matrix embeddings_;
  ImageCounts counts_;
  std::optional<std::size_t> total_;
  bool total_known_ = true;
  bool showing_ = false;  ///< the progress line is that of the images
};

/// "2 of 3 images failed", where the one line of its own would not say that.
void tell_failures(Console& console, std::size_t failed, std::size_t done);

}  // namespace clip_classify::cli
