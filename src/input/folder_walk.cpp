#include "input/folder_walk.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <memory>

#include "input/descriptor.h"

namespace clip_classify {
namespace {

constexpr std::array extensions = std::to_array<std::string_view>({
    "jpg",  "jpeg", "jpe",  "jfif", "png", "webp", "tif", "tiff", "bmp",
    "dib",  "pbm",  "pgm",  "ppm",  "pnm", "jp2",  "j2k", "jpf",  "gif",
#ifdef CLIP_CLASSIFY_HEIF
    "heic", "heif", "avif",
#endif
});

enum class Entry { file, folder, other };

/// What a name in a folder is: links to files are files, links to folders are left alone.
Entry classify_entry(const std::string& path, unsigned char type) {
  struct stat status {};
  if (type == DT_UNKNOWN && lstat(path.c_str(), &status) == 0) {
    type = static_cast<unsigned char>(IFTODT(status.st_mode));
  }
  if (type == DT_DIR) {
    return Entry::folder;
  }
  if (type == DT_LNK) {
    // A broken link counts as a file, so that the user hears of it when it is read.
    return stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) ? Entry::other : Entry::file;
  }
  return type == DT_REG ? Entry::file : Entry::other;
}

std::string join(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

}  // namespace

bool has_image_extension(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) {
    return false;
  }
  std::string extension(name.substr(dot + 1));
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return std::ranges::find(extensions, extension) != extensions.end();
}

FolderWalk::FolderWalk(const std::string& root) : root_(root) {}

std::optional<Input> FolderWalk::enter(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(opendir(path.c_str()), closedir);
  if (listing == nullptr) {
    found_ = true;
    return Input{path, input_error("unreadable", "can't read this folder: " + reason_for(errno))};
  }
  Folder folder{path, {}};
  while (const dirent* entry = readdir(listing.get())) {
    std::string name = entry->d_name;
    if (name.starts_with('.')) {
      continue;
    }
    // Folders carry a '/' here, which also tells next() what they are.
    const Entry kind = classify_entry(join(path, name), entry->d_type);
    if (kind == Entry::folder) {
      folder.names.push_back(name + "/");
    } else if (kind == Entry::file && has_image_extension(name)) {
      folder.names.push_back(std::move(name));
    }
  }
  const auto plain = [](const std::string& name) {
    return std::string_view(name).substr(0, name.size() - (name.ends_with('/') ? 1 : 0));
  };
  std::ranges::sort(folder.names, std::ranges::greater(), plain);
  stack_.push_back(std::move(folder));
  return std::nullopt;
}

std::optional<Input> FolderWalk::next() {
  if (!started_) {
    started_ = true;
    if (auto failure = enter(root_)) {
      return failure;
    }
  }
  while (!stack_.empty()) {
    Folder& folder = stack_.back();
    if (folder.names.empty()) {
      stack_.pop_back();
      continue;
    }
    std::string path = join(folder.path, folder.names.back());
    folder.names.pop_back();
    if (!path.ends_with('/')) {
      found_ = true;
      return Input{std::move(path), std::nullopt};
    }
    path.pop_back();
    if (auto failure = enter(path)) {
      return failure;
    }
  }
  if (!found_) {
    found_ = true;
    return Input{root_, input_error("no_images", "no image files in this folder")};
  }
  return std::nullopt;
}

}  // namespace clip_classify
