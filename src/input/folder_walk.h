// The image files of a folder and of the folders in it, a folder's listing at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clip_classify/input.h"

namespace clip_classify {

/// Whether a file's extension is one of an image this build may decode.
bool has_image_extension(std::string_view name);

/// Memory: the sorted names of each folder between the root and where the walk stands. Links to folders are
/// not followed, so there are no loops.
class FolderWalk {
 public:
  explicit FolderWalk(const std::string& root);

  /// The next image file, or the error of a folder that can't be read; at last, when there was nothing at
  /// all, an error "no_images" for the root; then nothing.
  std::optional<Input> next();

 private:
  struct Folder {
    std::string path;
    std::vector<std::string> names;  ///< sorted backwards, so that the next one is at the back
  };
  /// Nothing, or the error of a folder that could not be opened.
  std::optional<Input> enter(const std::string& path);

  std::string root_;
  std::vector<Folder> stack_;
  bool started_ = false;
  bool found_ = false;
};

}  // namespace clip_classify
