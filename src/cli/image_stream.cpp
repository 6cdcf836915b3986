#include "cli/image_stream.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

/// Of an embedding file, in one batch.
constexpr std::size_t kRows = 1024;

/// Waits for the next images and has the model begin with those that were decoded.
BegunImages begin_next(ImageLoader& loader, Model& model, std::size_t count) {
  BegunImages begun{loader.next(count)};
  std::vector<float> pixels;
  std::size_t decoded = 0;
  for (auto& image : begun.images) {
    if (!image.pixels.empty()) {
      ++decoded;
      pixels.insert(pixels.end(), image.pixels.begin(), image.pixels.end());
      image.pixels = {};
    }
  }
  if (decoded > 0) {
    begun.embeddings = model.start_embedding_images(std::move(pixels), decoded);
  }
  return begun;
}

/// Embedding files among the inputs; then there is nothing else.
std::vector<EmbeddingFile> open_files(const InputOptions& inputs, const Manifest& manifest) {
  const auto count = std::ranges::count_if(inputs.paths, is_embedding_file);
  std::vector<EmbeddingFile> files;
  if (count == 0) {
    return files;
  }
  if (static_cast<std::size_t>(count) != inputs.paths.size() || inputs.files_from) {
    throw usage_error("embedding files and images can't be given together: run once for each");
  }
  if (inputs.shard.count > 1) {
    throw usage_error("--shard is for images, which take time; embedding files do not");
  }
  files.reserve(inputs.paths.size());
  for (const auto& path : inputs.paths) {
    files.emplace_back(path, manifest);
  }
  return files;
}

}  // namespace

void ImageCounts::add(const LoadedImage& image) {
  const bool recalled = !image.embedding.empty();
  ++done;
  failed += image.input.error ? 1 : 0;
  known += recalled ? 1 : 0;
  unread += recalled && image.key.content.empty() ? 1 : 0;
}

ImageStream::ImageStream(Session& session) : ImageStream(session, session.options().inputs) {}

ImageStream::ImageStream(Session& session, InputOptions inputs, WithoutInputs without)
    : session_(session),
      files_(open_files(inputs, session.manifest())),
      all_known_(without == WithoutInputs::known_images && inputs.paths.empty() && !inputs.files_from) {
  if (files_.empty() && !all_known_) {
    source_.emplace(std::move(inputs));
  }
}

ImageStream::ImageStream(Session& session, InputSource source, const ImageCounts& before)
    : session_(session), source_(std::move(source)), counts_(before), total_known_(false) {}

ImageStream::~ImageStream() {
  if (loader_) {
    loader_->stop();  // or what is begun ahead would be waited for
  }
}

void ImageStream::start(std::size_t done_before) {
  std::optional<std::size_t> total;
  if (!files_.empty()) {
    total = std::accumulate(files_.begin(), files_.end(), std::size_t{0},
                            [](std::size_t sum, const EmbeddingFile& file) { return sum + file.rows(); });
  }
  if (source_) {
    auto& model = session_.model();
    // With a store it may turn out that no image needs the encoder.
    auto* const store = session_.store();
    if (store == nullptr) {
      loading_ = std::async(std::launch::async, [&model] { model.load_image_encoder(); });
    }
    total = total_known_ && session_.console().shows_progress() ? source_->count() : std::nullopt;
    const auto& options = session_.options();
    loader_ = std::make_unique<ImageLoader>(
        std::move(*source_), model.manifest().image,
        LoaderOptions{options.decode, model.threads(), options.run.batch_size, store});
    source_.reset();
    stop_loading_.emplace(session_.stop_token(), [this] { loader_->stop(); });
  }
  total_ = total ? std::optional(*total - done_before) : std::nullopt;
}

std::vector<EmbeddedImage> ImageStream::next() {
  if (!showing_) {
    session_.console().start_progress("images", total_);
    showing_ = true;
  } else {
    session_.console().update_progress(counts_.done, counts_.failed);
  }
  if (session_.stopped()) {
    return {};
  }
  return all_known_ ? next_known() : loader_ ? next_loaded() : next_rows();
}

std::vector<EmbeddedImage> ImageStream::next_rows() {
  while (file_ < files_.size() && row_ == files_[file_].rows()) {
    ++file_;
    row_ = 0;
  }
  std::vector<EmbeddedImage> images;
  if (file_ == files_.size()) {
    return images;
  }
  const auto& file = files_[file_];
  const auto count = std::min(kRows, file.rows() - row_);
  embeddings_ = {count, file.width(), std::vector<float>(count * file.width())};
  for (std::size_t index = 0; index < count; ++index, ++row_) {
    file.read(row_, embeddings_.row(index));
    images.push_back({file.name(row_), embeddings_.row(index), std::nullopt});
  }
  counts_.done += count;
  return images;
}

std::vector<EmbeddedImage> ImageStream::next_known() {
  const auto last = stored_.empty() ? "" : stored_.back().path;
  stored_ =
      session_.watch().time("reading the store", [&] { return session_.store()->known_after(last, kRows); });
  std::vector<EmbeddedImage> images;
  for (const auto& image : stored_) {
    images.push_back({image.path, image.embedding, std::nullopt});
  }
  counts_.done += images.size();
  counts_.known += images.size();
  counts_.unread += images.size();
  return images;
}

std::vector<EmbeddedImage> ImageStream::next_loaded() {
  auto& watch = session_.watch();
  if (loading_.valid()) {
    watch.time("loading the model", [&] { loading_.get(); });
  }
  const auto begin = [&model = session_.model(), &loader = *loader_,
                      size = session_.options().run.batch_size] { return begin_next(loader, model, size); };
  batch_ = watch.time("waiting for images", [&] { return ahead_.valid() ? ahead_.get() : begin(); });
  if (!batch_.images.empty()) {
    ahead_ = std::async(std::launch::async, begin);
  }
  if (session_.stopped()) {
    return {};
  }
  embeddings_ = batch_.embeddings.valid()
                    ? watch.time("encoding images", [&] { return batch_.embeddings.get(); })
                    : Matrix();
  std::vector<EmbeddedImage> images;
  std::size_t row = 0;
  for (const auto& image : batch_.images) {
    const bool encoded = !image.input.error && image.embedding.empty();
    const auto embedding = encoded ? std::as_const(embeddings_).row(row++) : std::span(image.embedding);
    if (image.input.is_neighbour) {
      continue;
    }
    counts_.add(image);
    if (image.input.error) {
      session_.console().error(utf8::printable(image.input.path) + ": " + image.input.error->what());
    } else if (auto* const store = session_.store()) {
      store->keep(image, embedding);
    }
    images.push_back({image.input.path, embedding, image.input.error});
  }
  // Nothing but a neighbouring shard's images is no end.
  return images.empty() && !batch_.images.empty() ? next_loaded() : images;
}

void ImageStream::finish() {
  if (auto* const store = session_.store()) {
    store->commit();
  }
}

void tell_failures(Console& console, std::size_t failed, std::size_t done) {
  if (failed > 0 && done > 1) {
    console.warning(std::to_string(failed) + " of " + std::to_string(done) + " images failed");
  }
}

std::string summary_of(Session& session, const ImageCounts& counts) {
  const auto number = [](std::size_t count) { return std::to_string(count); };
  return number(counts.done) + " images" +
         (session.store() != nullptr
              ? " (" + number(counts.known) + " known, " + number(counts.unread) + " of them unread)"
              : "");
}

}  // namespace clip_classify::cli
