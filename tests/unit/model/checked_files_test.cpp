#include "model/checked_files.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "clip_classify/error.h"
#include "model/sha256.h"
#include "output/scratch_folder.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;

std::size_t remembered(const fs::path& memory) {
  return fs::exists(memory) ? static_cast<std::size_t>(std::distance(fs::directory_iterator(memory), {})) : 0;
}

TEST(CheckedFiles, AreSummedAgainOnceTheyAreTouched) {
  const ScratchFolder folder;
  const auto memory = folder / "checked";
  Manifest manifest;
  manifest.folder = folder / "";
  const auto file = manifest.folder / "weights";
  std::ofstream(file) << "right";
  manifest.files["weights"] = {.sha256 = hex(Sha256().add("right").sum()), .bytes = 5};

  check_file_once(manifest, "weights", memory);
  EXPECT_EQ(remembered(memory), 0U) << "it could still change within its times' grain";
  std::this_thread::sleep_for(std::chrono::milliseconds(3200));
  check_file_once(manifest, "weights", memory);
  EXPECT_EQ(remembered(memory), 1U);
  check_file_once(manifest, "weights", memory);
  EXPECT_EQ(remembered(memory), 1U);

  const auto written = fs::last_write_time(file);
  std::ofstream(file) << "wrong";
  fs::last_write_time(file, written);  // as an archive's unpacking would: the inode's own time still tells
  EXPECT_THROW(check_file_once(manifest, "weights", memory), Error);
  manifest.files["weights"].sha256 = hex(Sha256().add("another").sum());
  EXPECT_THROW(check_file_once(manifest, "weights", memory), Error);
}

TEST(CheckedFiles, NeedNoMemory) {
  const ScratchFolder folder;
  Manifest manifest;
  manifest.folder = folder / "";
  std::ofstream(manifest.folder / "weights") << "right";
  manifest.files["weights"] = {.sha256 = hex(Sha256().add("right").sum()), .bytes = 5};
  for (const auto& memory : {fs::path(), fs::path("/proc/none")}) {
    check_file_once(manifest, "weights", memory);
  }
}

}  // namespace
}  // namespace clip_classify
