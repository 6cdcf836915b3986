#include "train/pair_batches.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

namespace clip_classify {
namespace {

std::vector<PairIds> different_pairs(std::size_t count) {
  std::vector<PairIds> pairs;
  for (std::size_t index = 0; index < count; ++index) {
    pairs.push_back({index, index});
  }
  return pairs;
}

std::vector<std::size_t> all_of(const std::vector<PairIds>& pairs) {
  std::vector<std::size_t> chosen(pairs.size());
  std::iota(chosen.begin(), chosen.end(), 0);
  return chosen;
}

TEST(BatchesOf, SeesEveryPairOnceInAnotherOrderEachEpoch) {
  const auto pairs = different_pairs(50);
  const auto first = batches_of(pairs, all_of(pairs), 16, 7, 0);
  EXPECT_EQ(first.size(), 4U);
  std::set<std::size_t> seen;
  for (const auto& batch : first) {
    EXPECT_LE(batch.size(), 16U);
    seen.insert(batch.begin(), batch.end());
  }
  EXPECT_EQ(seen.size(), 50U);
  EXPECT_EQ(first, batches_of(pairs, all_of(pairs), 16, 7, 0));
  EXPECT_NE(first, batches_of(pairs, all_of(pairs), 16, 7, 1));
  EXPECT_NE(first, batches_of(pairs, all_of(pairs), 16, 8, 0));
}

TEST(BatchesOf, HaveNoImageAndNoTextTwice) {
  std::vector<PairIds> pairs;
  for (std::size_t index = 0; index < 60; ++index) {
    pairs.push_back({index / 2, index % 5});  // images with two texts, five texts in all
  }
  std::size_t placed = 0;
  for (const auto& batch : batches_of(pairs, all_of(pairs), 16, 0, 3)) {
    std::set<std::size_t> images;
    std::set<std::size_t> texts;
    for (const auto pair : batch) {
      images.insert(pairs[pair].image);
      texts.insert(pairs[pair].text);
    }
    EXPECT_EQ(images.size(), batch.size());
    EXPECT_EQ(texts.size(), batch.size());
    EXPECT_GT(batch.size(), 1U);
    placed += batch.size();
  }
  EXPECT_GE(placed, 50U);
}

TEST(BatchesOf, LeavesOutWhatHasNothingToBeComparedWith) {
  const std::vector<PairIds> pairs{{0, 0}, {1, 0}, {2, 0}, {3, 1}};
  const auto batches = batches_of(pairs, all_of(pairs), 4, 0, 0);
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches.front().size(), 2U);
}

TEST(SplitPairs, HoldsOutWholeImages) {
  std::vector<PairIds> pairs;
  for (std::size_t index = 0; index < 100; ++index) {
    pairs.push_back({index / 2, index});
  }
  const auto split = split_pairs(pairs, 0.2, 1);
  EXPECT_EQ(split.held_out.size(), 20U);
  EXPECT_EQ(split.trained.size(), 80U);
  std::set<std::size_t> out;
  for (const auto pair : split.held_out) {
    out.insert(pairs[pair].image);
  }
  for (const auto pair : split.trained) {
    EXPECT_FALSE(out.contains(pairs[pair].image));
  }
}

TEST(SplitPairs, HoldsOutNothingWhereTooLittleWouldBeLeftOrOut) {
  EXPECT_TRUE(split_pairs(different_pairs(8), 0.1, 0).held_out.empty());
  EXPECT_TRUE(split_pairs(different_pairs(3), 0.9, 0).held_out.empty());
  EXPECT_TRUE(split_pairs(different_pairs(100), 0.0, 0).held_out.empty());
}

}  // namespace
}  // namespace clip_classify
