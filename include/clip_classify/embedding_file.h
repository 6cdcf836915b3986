// Embeddings in a NumPy file, a row each, with their names in a file of JSON lines beside it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "clip_classify/manifest.h"
#include "clip_classify/writer.h"

namespace clip_classify {

/// What a row stands for.
enum class EmbeddingKind { image, text };

/// Whether a path is that of a NumPy file, by its extension.
bool is_embedding_file(const std::string& path);

/// An array of float32 or float16 in two dimensions, as numpy.save writes it, and for photos.npy the names in
/// photos.jsonl: one object a row, {"path": ...} or {"text": ...}. Where these say which model made them,
/// "space", other models are refused. The files are mapped, not read: any number of rows may be in them.
class EmbeddingFile {
 public:
  /// Throws Error (usage) that names the file: missing, no array or one of another kind, of another width or
  /// model, without its names, cut off.
  EmbeddingFile(const std::string& path, const Manifest& manifest);
  ~EmbeddingFile();
  EmbeddingFile(EmbeddingFile&&) noexcept;
  EmbeddingFile& operator=(EmbeddingFile&&) noexcept;

  std::size_t rows() const;
  std::size_t width() const;

  /// The path or text that a row stands for. Throws Error (usage) for a line that says neither.
  std::string name(std::size_t row) const;

  /// All rows one after the other as they stand in the file, not checked; empty where they are not float32.
  std::span<const float> raw() const;

  /// A row, scaled to length 1 unless it is so long. Throws Error (usage) for one of zeros, or with what is
  /// no number in it.
  void read(std::size_t row, std::span<float> into) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

enum class FloatType { float32, float16 };

/// Where embeddings go. Throws Error (output), as sinks do.
class EmbeddingWriter {
 public:
  virtual ~EmbeddingWriter() = default;
  /// `row` is a unit vector. A path that is not UTF-8 is written as records have it.
  virtual void add(EmbeddingKind kind, const std::string& name, std::span<const float> row) = 0;
  /// An image that has no embedding.
  virtual void fail(const std::string& path, const Error& error) = 0;
  /// Makes what was added visible to a reader, where that can be.
  virtual void flush() = 0;
  /// All is written: files get their names now.
  virtual void commit() = 0;
};

/// The two files that EmbeddingFile reads. What failed is in neither.
std::unique_ptr<EmbeddingWriter> make_npy_writer(const std::string& path, const Manifest& manifest,
                                                 FloatType type);

/// JSON lines: {"path" or "text": ..., "embedding": [...]}, what failed {"path": ..., "error": ...}. Numbers
/// have the fewest digits that read back as the same float. Standard output where there is no path.
std::unique_ptr<EmbeddingWriter> make_embedding_jsonl_writer(const std::optional<std::string>& path);

}  // namespace clip_classify
