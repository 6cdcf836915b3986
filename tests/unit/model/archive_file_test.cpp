#include "model/archive_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace clip_classify {
namespace {

TEST(ArchiveFile, ReadsTheSameInAnyNumberOfThreads) {
  const auto path = std::filesystem::path(testing::TempDir()) / "archive_file_test.bin";
  std::string bytes(5'000'003, '\0');
  for (std::size_t index = 0; index < bytes.size(); ++index) {
    bytes[index] = static_cast<char>(index * 2654435761U >> 13U);
  }
  std::ofstream(path, std::ios::binary) << bytes;
  for (const int threads : {1, 2, 3, 16}) {
    const ArchiveFile file(path, threads);
    EXPECT_EQ(file.size(), bytes.size());
    for (const std::size_t count : {std::size_t{7}, std::size_t{3'000'001}, bytes.size() - 5}) {
      std::string read(count, '\0');
      EXPECT_EQ(file.read(5, read.data(), count), count);
      EXPECT_EQ(read, bytes.substr(5, count));
    }
    std::string past(bytes.size(), '\0');
    EXPECT_EQ(file.read(bytes.size() - 10, past.data(), past.size()), 10U);
    EXPECT_EQ(past.substr(0, 10), bytes.substr(bytes.size() - 10));
  }
  std::filesystem::remove(path);
}

TEST(ArchiveFile, SaysWhyItIsNotThere) {
  EXPECT_THROW(ArchiveFile("/nowhere/a.pt", 2), std::system_error);
}

}  // namespace
}  // namespace clip_classify
