#include <chrono>
#include <filesystem>
#include <mutex>

#include "clip_classify/store.h"
#include "input/file_state.h"
#include "model/sha256.h"
#include "store/checksum.h"
#include "store/embedding_store.h"
#include "store/spaces.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::minutes(1);
constexpr std::size_t kBatch = 256;
constexpr auto kCommitEvery = std::chrono::seconds(1);

/// An image that is not written yet.
struct Pending {
  std::string path;
  ImageKey key;
  std::vector<float> embedding;  ///< empty: it is stored, only its file was not known
};

/// With '/' behind it.
std::string working_folder() {
  std::error_code failed;
  return (fs::current_path(failed) / "").string();
}

/// Whether a path is relative and normal, as most are: std::filesystem takes its time for that.
bool is_plain(std::string_view path) {
  return !path.starts_with('/') && !path.starts_with('.') && path.find("/.") == std::string_view::npos &&
         path.find("//") == std::string_view::npos;
}

std::int64_t sum_of_file(std::string_view path, std::string_view state, std::string_view content) {
  return static_cast<std::int64_t>(checksum(content, checksum(state, checksum(path, 0))));
}

}  // namespace

struct ImageStore::Parts {
  Parts(const std::string& path, const Model& model, const DecodeOptions& decode)
      : max_pixels(decode.max_pixels),
        width(static_cast<std::size_t>(model.manifest().embedding_width)),
        store(path, image_space(model, decode), width, kPatience),
        find_file(store.database().prepare("SELECT state, content, sum FROM files WHERE path = ?")),
        list_files(store.database().prepare(
            "SELECT path, state, content, sum FROM files WHERE path > ? ORDER BY path")),
        keep_file(store.database().prepare(
            "INSERT OR REPLACE INTO files (path, state, content, sum) VALUES (?, ?, ?, ?)")) {}

  std::string full_path(const std::string& path) const {
    if (is_plain(path)) {
      return folder + path;
    }
    return (path.starts_with('/') ? fs::path(path) : fs::path(folder) / path).lexically_normal().string();
  }

  /// The content of a file that is as it was; empty for one that isn't, or is not known.
  std::string content_of(const std::string& path, const std::string& state) {
    if (!find_file.reset().bind_bytes(path).step()) {
      return "";
    }
    const std::string content(find_file.bytes(1));
    const std::string stored(find_file.bytes(0));
    const auto sum = find_file.number(2);
    find_file.reset();
    check_file(path, stored, content, sum);
    return stored == state ? content : "";
  }

  void check_file(std::string_view path, std::string_view state, std::string_view content, std::int64_t sum) {
    if (sum != sum_of_file(path, state, content)) {
      throw store.database().damaged("an entry of a file fails its checksum");
    }
  }

  std::vector<float> embedding_of_file(const std::string& path, const ImageKey& key) {
    if (key.file.empty()) {
      return {};
    }
    const auto content = content_of(full_path(path), key.file);
    return content.empty() ? std::vector<float>() : embedding_of(content);
  }

  /// The note beside an embedding is the limit of pixels that its image passed.
  std::vector<float> embedding_of(const std::string& content) {
    std::vector<float> row(width);
    std::int64_t passed = 0;
    return store.find(content, row, passed) && passed <= max_pixels ? row : std::vector<float>();
  }

  void write() {
    if (pending.empty()) {
      return;
    }
    Transaction transaction(store.database());
    for (const auto& [path, key, embedding] : pending) {
      if (!embedding.empty()) {
        store.keep(key.content, embedding, max_pixels);
      }
      if (!key.file.empty()) {
        keep_file.reset().bind_bytes(path).bind_bytes(key.file).bind_bytes(key.content);
        keep_file.bind_number(sum_of_file(path, key.file, key.content)).step();
      }
    }
    transaction.commit();
    pending.clear();
    written = Clock::now();
  }

  std::mutex mutex;  ///< of everything below that changes
  std::int64_t max_pixels;
  std::size_t width;
  std::string folder = working_folder();
  EmbeddingStore store;
  Statement find_file;
  Statement list_files;
  Statement keep_file;
  std::vector<Pending> pending;
  Clock::time_point written = Clock::now();
};

ImageStore::ImageStore(const std::string& path, const Model& model, const DecodeOptions& decode)
    : parts_(std::make_unique<Parts>(path, model, decode)) {}

ImageStore::~ImageStore() = default;

std::vector<float> ImageStore::recall(const std::string& path, ImageKey& key) {
  key.file = path == "-" ? "" : settled_state(path);
  const std::lock_guard lock(parts_->mutex);
  return parts_->embedding_of_file(path, key);
}

void ImageStore::recall_all(std::span<LoadedImage> images) {
  for (auto& image : images) {
    if (!image.input.error && image.input.path != "-") {
      image.key.file = settled_state(image.input.path);
    }
  }
  const std::lock_guard lock(parts_->mutex);
  const Snapshot snapshot(parts_->store.database());
  for (auto& image : images) {
    image.embedding = parts_->embedding_of_file(image.input.path, image.key);
  }
}

std::vector<float> ImageStore::recall(const std::string& path, std::span<const std::byte> bytes,
                                      ImageKey& key) {
  key.content = Sha256().add({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).sum();
  if (!key.file.empty() && settled_state(path) != key.file) {
    key.file.clear();  // changed while it was read
  }
  const std::lock_guard lock(parts_->mutex);
  return parts_->embedding_of(key.content);
}

std::vector<StoredImage> ImageStore::known_after(const std::string& path, std::size_t count) {
  const std::lock_guard lock(parts_->mutex);
  auto& files = parts_->list_files;
  std::vector<StoredImage> images;
  files.reset().bind_bytes(path);
  while (images.size() < count && files.step()) {
    StoredImage image{std::string(files.bytes(0)), {}};
    const std::string content(files.bytes(2));
    parts_->check_file(image.path, files.bytes(1), content, files.number(3));
    image.embedding = parts_->embedding_of(content);
    if (!image.embedding.empty()) {
      images.push_back(std::move(image));
    }
  }
  files.reset();
  return images;
}

void ImageStore::keep(const LoadedImage& image, std::span<const float> embedding) {
  const std::lock_guard lock(parts_->mutex);
  if (!image.key.content.empty()) {
    Pending entry{parts_->full_path(image.input.path), image.key, {}};
    if (image.embedding.empty()) {
      entry.embedding.assign(embedding.begin(), embedding.end());
    }
    parts_->pending.push_back(std::move(entry));
  }
  if (parts_->pending.size() >= kBatch || Clock::now() - parts_->written >= kCommitEvery) {
    parts_->write();
  }
}

void ImageStore::commit() {
  const std::lock_guard lock(parts_->mutex);
  parts_->write();
}

}  // namespace clip_classify
