// Any bytes as model.json: a manifest or an Error, nothing else.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "clip_classify/error.h"
#include "clip_classify/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::filesystem::path folder = [] {
    std::string pattern = (std::filesystem::temp_directory_path() / "fuzz-XXXXXX").string();
    return std::filesystem::path(mkdtemp(pattern.data()));
  }();
  std::ofstream(folder / "model.json", std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  try {
    clip_classify::read_manifest(folder, clip_classify::Trust::without_sums);
  } catch (const clip_classify::Error&) {
  }
  return 0;
}
