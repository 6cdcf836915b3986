#include "train/checkpoint.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "clip_classify/error.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;

class CheckpointTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("checkpoint-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    file_ = folder_ / "mine.checkpoint";
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
  fs::path file_;
};

TEST_F(CheckpointTest, GivesBackWhatWasKeptLast) {
  const std::vector<float> first{1.5F, -2.0F};
  const std::vector<float> second{0.25F};
  write_checkpoint(file_, "{\"step\":1}", {first});
  write_checkpoint(file_, "{\"step\":2}", {first, second});
  CheckpointReader reader(file_);
  EXPECT_EQ(reader.header(), "{\"step\":2}");
  std::vector<float> numbers(2);
  reader.read(numbers);
  EXPECT_EQ(numbers, first);
  numbers.resize(1);
  reader.read(numbers);
  EXPECT_EQ(numbers, second);
  EXPECT_THROW(reader.read(numbers), Error);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(CheckpointTest, NoticesAnyByteThatIsMissingOrWrong) {
  const std::vector<float> numbers(50, 0.5F);
  write_checkpoint(file_, "{}", {numbers});
  const auto size = fs::file_size(file_);
  for (const auto bytes : {std::uintmax_t{0}, std::uintmax_t{30}, size / 2, size - 1}) {
    write_checkpoint(file_, "{}", {numbers});
    fs::resize_file(file_, bytes);
    EXPECT_THROW(CheckpointReader{file_}, Error) << bytes;
  }
  write_checkpoint(file_, "{}", {numbers});
  std::fstream(file_, std::ios::in | std::ios::out | std::ios::binary).seekp(100).put('x');
  try {
    const CheckpointReader reader(file_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(std::string(error.what()).find("mine.checkpoint: is cut short or damaged"), std::string::npos);
  }
}

TEST_F(CheckpointTest, KeepsTheEarlierOneWhereItCanNotBeWritten) {
  write_checkpoint(file_, "{}", {});
  fs::create_directory(file_.string() + ".tmp");
  EXPECT_THROW(write_checkpoint(file_, "{\"later\":1}", {}), Error);
  EXPECT_EQ(CheckpointReader(file_).header(), "{}");
}

}  // namespace
}  // namespace clip_classify
