// The images that the rows of a table name, as embeddings: a block of rows at a time, each image once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cli/image_stream.h"
#include "clip_classify/embedding_file.h"
#include "clip_classify/embeddings.h"
#include "clip_classify/table.h"

namespace clip_classify::cli {

/// The column that names images, as every table of theirs may call it.
inline ColumnSpec image_column() {
  return {.names = {"image", "path", "file"}};
}

/// The images of a block of rows. Two rows name the same image where they spell its path alike.
struct BlockImages {
  std::vector<std::size_t> image_of_row;     ///< by row: which of the images below it names
  Matrix embeddings;                         ///< by image: a unit row, or zeros where it failed
  std::vector<std::optional<Error>> errors;  ///< by image: of kind `input`

  const std::optional<Error>& error(std::size_t row) const { return errors[image_of_row[row]]; }
  std::span<const float> embedding(std::size_t row) const { return embeddings.row(image_of_row[row]); }
};

/// Reads images with the session's options, its store included, or looks them up by name in embedding files.
/// What fails is told on standard error, once a block. A block's images are in memory at the same time.
class TableImages {
 public:
  /// Without `files`, images are read: each path is that of a file, relative to the current folder. Throws
  /// Error (usage) for what is no embedding file of the session's model.
  TableImages(Session& session, const std::vector<std::string>& files);

  /// Begins to read the images of the next block, given by a path a row, and to load the encoder, so that
  /// texts may be embedded meanwhile.
  void start(const std::vector<std::string>& paths);

  /// The block that was started; nothing where a stop was asked for. What is embedded is in the store then.
  std::optional<BlockImages> take();

  /// Of all blocks; an image counts in each block that it is in.
  const ImageCounts& counts() const { return counts_; }
  std::string summary() { return summary_of(session_, counts_); }

 private:
  void look_up(const std::string& path, std::size_t image);
  void read_all();

  Session& session_;
  std::vector<EmbeddingFile> files_;
  /// The file and the row of each name; of one name in several rows the first.
  std::unordered_map<std::string, std::pair<std::size_t, std::size_t>> places_;
  std::vector<std::string> paths_;  ///< of the block's images
  BlockImages block_;
  std::unique_ptr<ImageStream> stream_;  ///< of the block; null where images are looked up
  ImageCounts counts_;
};

}  // namespace clip_classify::cli
