#include "clip_classify/model_folders.h"

#include <dlfcn.h>

#include <cstdlib>
#include <map>

#include "clip_classify/error.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;

constexpr auto kModels = "clip-classify/models";

bool is_model(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "model.json", ignored);
}

/// The library lies in PREFIX/lib or, on some systems, PREFIX/lib/ARCHITECTURE.
void add_installed(std::vector<fs::path>& path) {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&add_installed), &info) == 0) {
    return;
  }
  std::error_code failed;
  auto folder = fs::canonical(info.dli_fname, failed).parent_path();
  for (int level = 0; level < 3 && folder.has_relative_path(); ++level, folder = folder.parent_path()) {
    if (fs::is_directory(folder / "share" / kModels, failed)) {
      path.push_back(folder / "share" / kModels);
      return;
    }
  }
}

}  // namespace

std::vector<fs::path> model_search_path() {
  std::vector<fs::path> path;
  const char* data_home = std::getenv("XDG_DATA_HOME");
  const char* home = std::getenv("HOME");
  if (data_home != nullptr && *data_home != '\0') {
    path.push_back(fs::path(data_home) / kModels);
  } else if (home != nullptr && *home != '\0') {
    path.push_back(fs::path(home) / ".local/share" / kModels);
  }
  add_installed(path);
  return path;
}

std::vector<fs::path> list_models() {
  std::map<std::string, fs::path> models;
  for (const auto& place : model_search_path()) {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(place, failed)) {
      if (is_model(entry.path())) {
        models.emplace(entry.path().filename().string(), entry.path());
      }
    }
  }
  std::vector<fs::path> folders;
  for (const auto& [name, folder] : models) {
    folders.push_back(folder);
  }
  return folders;
}

fs::path find_model(const std::string& name_or_folder) {
  if (name_or_folder.find('/') != std::string::npos || is_model(name_or_folder)) {
    return name_or_folder;
  }
  std::string known;
  for (const auto& folder : list_models()) {
    if (folder.filename() == name_or_folder) {
      return folder;
    }
    known += (known.empty() ? "" : ", ") + folder.filename().string();
  }
  throw model_error("no model \"" + name_or_folder + "\"; there is " + (known.empty() ? "none" : known) +
                    " (give a name or the path of a model folder)");
}

}  // namespace clip_classify
