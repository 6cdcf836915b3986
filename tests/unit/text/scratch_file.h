// A file that lives as long as the test that needs it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace clip_classify {

class ScratchFile {
 public:
  explicit ScratchFile(std::string_view content, std::string_view name = "labels.txt") {
    std::string folder = testing::TempDir() + "clip_classify_XXXXXX";
    folder_ = mkdtemp(folder.data());
    path_ = folder_ / name;
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~ScratchFile() { std::filesystem::remove_all(folder_); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  std::string path() const { return path_.string(); }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::filesystem::path path_;
};

}  // namespace clip_classify
