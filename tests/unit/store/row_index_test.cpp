#include "store/row_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>

#include "../input/scratch.h"
#include "clip_classify/embeddings.h"
#include "store/embedding_names.h"
#include "store/npy_header.h"

namespace clip_classify {
namespace {

using test::Scratch;

constexpr std::size_t kRowWidth = 24;
constexpr std::size_t kRows = 3000;

class RowIndexTest : public ::testing::Test {
 protected:
  RowIndexTest() {
    std::mt19937 random(5);
    std::normal_distribution<float> normal;
    std::ranges::generate(rows_.values, [&] { return normal(random); });
    for (std::size_t row = 0; row < kRows; ++row) {
      normalize(rows_.row(row));
    }
    manifest_.embedding_width = static_cast<int>(kRowWidth);
  }

  void write(const std::string& path) const {
    std::ofstream array(path, std::ios::binary);
    array << npy_header("<f4", kRows, kRowWidth);
    array.write(reinterpret_cast<const char*>(rows_.values.data()),
                static_cast<std::streamsize>(rows_.values.size() * sizeof(float)));
    std::ofstream names(names_beside(path));
    for (std::size_t row = 0; row < kRows; ++row) {
      names << "{\"path\": \"" << row << "\"}\n";
    }
  }

  /// Whether there is an index.
  bool open(const std::string& path, bool make = true) {
    told_ = 0;
    file_.emplace(path, manifest_);
    index_ = RowIndex::open(path, *file_, {scratch_.path("cache"), make, 3, [&](std::size_t) {
                                             ++told_;
                                             if (stop_) {
                                               throw std::runtime_error("stopped");
                                             }
                                           }});
    return index_ != nullptr;
  }
  bool is_made(const std::string& path) { return open(path) && told_ > 0; }
  bool is_taken(const std::string& path) { return open(path) && told_ == 0; }

  /// The share of the nearest ten rows that is found, over many queries.
  double recall() {
    double found = 0;
    double wanted = 0;
    for (std::size_t query = 0; query < kRows; query += 50) {
      std::vector<std::size_t> nearest(kRows);
      std::ranges::generate(nearest, [n = std::size_t{0}]() mutable { return n++; });
      const auto row = std::as_const(rows_).row(query);
      std::ranges::partial_sort(nearest, nearest.begin() + 10, std::greater(),
                                [&](std::size_t other) { return dot(row, std::as_const(rows_).row(other)); });
      const auto told = index_->nearest(row, 10);
      EXPECT_EQ(told.size(), 10);
      wanted += 10;
      const std::set<std::size_t> set(told.begin(), told.end());
      found += static_cast<double>(std::count_if(nearest.begin(), nearest.begin() + 10,
                                                 [&](auto other) { return set.contains(other); }));
    }
    return found / wanted;
  }

  std::vector<std::filesystem::path> kept() const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(scratch_.path("cache"))) {
      files.push_back(entry.path());
    }
    return files;
  }

  /// Until files are old enough for their times to be trusted.
  static void settle() { std::this_thread::sleep_for(std::chrono::milliseconds(3100)); }

  Scratch scratch_;
  std::string path_ = scratch_.path("a.npy");
  Matrix rows_{kRows, kRowWidth, std::vector<float>(kRows* kRowWidth)};
  Manifest manifest_;
  std::optional<EmbeddingFile> file_;
  std::unique_ptr<RowIndex> index_;
  std::size_t told_ = 0;  ///< how often progress was, while it was opened
  bool stop_ = false;
};

TEST_F(RowIndexTest, IsMadeOnceAndFindsTheNearest) {
  write(path_);
  EXPECT_FALSE(open(path_));  // it changed a moment ago
  settle();
  EXPECT_FALSE(open(path_, false));
  stop_ = true;
  EXPECT_THROW(open(path_), std::runtime_error);
  stop_ = false;
  EXPECT_TRUE(kept().empty());

  EXPECT_TRUE(is_made(path_));
  EXPECT_GT(recall(), 0.99);
  ASSERT_EQ(kept().size(), 1);
  EXPECT_LT(std::filesystem::file_size(kept().front()), kRows * 200);  // no copy of the rows
  EXPECT_TRUE(is_taken(path_));
  EXPECT_GT(recall(), 0.99);

  // A damaged one is not used.
  {
    std::fstream graph(kept().front(), std::ios::in | std::ios::out | std::ios::binary);
    graph.seekp(5000);
    graph << "damage";
  }
  EXPECT_FALSE(open(path_, false));
  EXPECT_TRUE(is_made(path_));
  EXPECT_GT(recall(), 0.99);
  ASSERT_EQ(kept().size(), 1);
  std::filesystem::resize_file(kept().front(), 5000);
  EXPECT_FALSE(open(path_, false));
  EXPECT_TRUE(is_made(path_));
}

TEST_F(RowIndexTest, IsOfTheFileAsItIs) {
  const auto longer = scratch_.path("longer.npy");
  write(path_);
  rows_.values[7] *= 9;
  write(longer);
  settle();
  EXPECT_FALSE(open(longer));  // its rows are not of length 1
  EXPECT_TRUE(is_made(path_));

  normalize(rows_.row(0));
  write(path_);
  settle();
  EXPECT_FALSE(open(path_, false));
  EXPECT_TRUE(is_made(path_));
  EXPECT_GT(recall(), 0.99);
  ASSERT_EQ(kept().size(), 1);  // the old one is gone

  std::filesystem::remove_all(scratch_.path("cache"));
  scratch_.file("cache", "not a folder");
  EXPECT_FALSE(open(path_, false));
  EXPECT_THROW(open(path_), Error);
}

}  // namespace
}  // namespace clip_classify
