#include "model/checked_files.h"

#include <fstream>

#include "input/file_state.h"
#include "model/sha256.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;

/// The name of what remembers the file as it is now; empty where it has changed too lately to tell.
std::string name_in_memory(const fs::path& file, const std::string& expected) {
  const auto state = settled_state(file.string());
  std::error_code failed;
  const auto place = fs::canonical(file, failed);
  if (state.empty() || failed) {
    return "";
  }
  return hex(Sha256().add_field(place.string()).add_field(state).add_field(expected).sum());
}

}  // namespace

void check_file_once(const Manifest& manifest, const std::string& name, const fs::path& memory) {
  if (memory.empty() || manifest.files.empty()) {
    check_file(manifest, name);
    return;
  }
  const auto file = manifest.folder / name;
  const auto& expected = manifest.files.at(name).sha256;
  const auto remembered = name_in_memory(file, expected);
  std::error_code failed;
  if (!remembered.empty() && fs::exists(memory / remembered, failed)) {
    return;
  }
  check_file(manifest, name);
  if (!remembered.empty() && remembered == name_in_memory(file, expected)) {
    fs::create_directories(memory, failed);
    fs::permissions(memory, fs::perms::owner_all, failed);
    std::ofstream(memory / remembered).flush();
  }
}

}  // namespace clip_classify
