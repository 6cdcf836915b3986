#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "../input/scratch.h"
#include "clip_classify/store.h"

namespace clip_classify {
namespace {

using test::Scratch;

const std::vector<std::string> kTemplates{"{}", "a photo of a {}"};

class LabelCacheTest : public ::testing::Test {
 protected:
  LabelWeights weights(std::size_t labels, float value = 0) const {
    const auto width = static_cast<std::size_t>(model_.manifest().embedding_width);
    return {{labels, width, std::vector<float>(labels * width, value)},
            std::vector<LabelWeights::Note>(labels)};
  }

  LabelCache open() const { return LabelCache(path(), model_); }
  std::string path() const { return scratch_.path("cache/labels"); }

  static std::vector<Label> labels(int first, int count) {
    std::vector<Label> labels;
    for (int number = first; number < first + count; ++number) {
      labels.push_back({"name", {"thing " + std::to_string(number)}});
    }
    return labels;
  }

  Scratch scratch_;
  Model model_{read_manifest(std::string(MODELS_DIR) + "/compact")};
};

TEST_F(LabelCacheTest, GivesRowsAndNotesBack) {
  auto kept = weights(3, 0.5F);
  kept.notes[1].cut = true;
  kept.notes[2].unknown_words = true;
  open().keep(labels(0, 3), kTemplates, kept);
  auto cache = open();
  auto recalled = weights(5);
  EXPECT_EQ(cache.recall(labels(1, 5), kTemplates, recalled),
            (std::vector<bool>{true, true, false, false, false}));
  EXPECT_EQ(cache.known(), 2U);
  EXPECT_TRUE(recalled.notes[0].cut && recalled.notes[1].unknown_words && !recalled.notes[2].cut);
  EXPECT_EQ(recalled.rows.row(1)[7], 0.5F);
  EXPECT_EQ(recalled.rows.row(2)[7], 0.0F);
  EXPECT_FALSE(cache.trouble());
}

TEST_F(LabelCacheTest, TextsAndTemplatesCountNotNames) {
  open().keep(std::vector<Label>{{"pet", {"cat", "dog"}}}, kTemplates, weights(1, 1));
  auto cache = open();
  auto rows = weights(1);
  const auto knows = [&](const Label& label, const std::vector<std::string>& templates) -> bool {
    return cache.recall(std::vector<Label>{label}, templates, rows).front();
  };
  EXPECT_TRUE(knows({"animal", {"cat", "dog"}}, kTemplates));
  EXPECT_FALSE(knows({"pet", {"cat"}}, kTemplates));
  EXPECT_FALSE(knows({"pet", {"catdog"}}, kTemplates));
  EXPECT_FALSE(knows({"pet", {"cat", "dog"}}, {"{}"}));
}

TEST_F(LabelCacheTest, ADamagedFileIsMadeAnew) {
  for (const auto* content :
       {"not a database, whatever it may be, and long enough to have a header of its own",
        "SQLite format 3"}) {
    scratch_.file("cache/labels", content);
    auto cache = open();
    ASSERT_TRUE(cache.trouble());
    EXPECT_TRUE(cache.trouble()->damaged);
    cache.keep(labels(0, 1), kTemplates, weights(1, 1));
    auto again = open();
    auto rows = weights(1);
    EXPECT_TRUE(again.recall(labels(0, 1), kTemplates, rows).front());
    EXPECT_FALSE(again.trouble());
  }
}

TEST_F(LabelCacheTest, ADamagedRowIsComputedAgain) {
  open().keep(labels(0, 20), kTemplates, weights(20, 1));
  {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    for (int page = 4; page < 7; ++page) {
      file.seekp(page * 16384 + 9000);
      file.write("damage", 6);
    }
  }
  auto cache = open();
  auto rows = weights(20);
  const auto known = cache.recall(labels(0, 20), kTemplates, rows);
  ASSERT_TRUE(cache.trouble());
  EXPECT_TRUE(cache.trouble()->damaged);
  EXPECT_EQ(std::ranges::count(known, true), 0);  // the file is gone, so all of them are to be kept again
  cache.keep(labels(0, 20), kTemplates, weights(20, 1));
  auto again = open();
  again.recall(labels(0, 20), kTemplates, rows);
  EXPECT_EQ(again.known(), 20U);
}

TEST_F(LabelCacheTest, AFolderThatCantBeMadeIsNoHindrance) {
  scratch_.file("cache", "a file, where a folder should be");
  auto cache = open();
  auto rows = weights(1);
  EXPECT_FALSE(cache.recall(labels(0, 1), kTemplates, rows).front());
  cache.keep(labels(0, 1), kTemplates, rows);
  ASSERT_TRUE(cache.trouble());
  EXPECT_FALSE(cache.trouble()->damaged);
}

TEST_F(LabelCacheTest, BeyondItsLimitTheOldestGo) {
  constexpr std::int64_t limit = 2'000'000;
  LabelCache cache(path(), model_, limit);
  for (int first = 0; first < 2000; first += 100) {
    cache.keep(labels(first, 100), kTemplates, weights(100, 1));
  }
  auto rows = weights(2000);
  const auto known = cache.recall(labels(0, 2000), kTemplates, rows);
  EXPECT_FALSE(known.front());
  EXPECT_TRUE(known.back());
  EXPECT_GT(cache.known(), 200U);
  EXPECT_LT(std::filesystem::file_size(path()), 2 * limit);
}

/// A cache whose labels are known as a set alone: the file of single labels is gone.
class LabelSetTest : public LabelCacheTest {
 protected:
  void keep(int first, int count, float value, std::int64_t limit = std::int64_t{1} << 30) {
    auto kept = weights(static_cast<std::size_t>(count), value);
    kept.notes.back().unknown_words = true;
    LabelCache(path(), model_, limit).keep_set(labels(first, count), kTemplates, kept);
    std::filesystem::remove(path());
  }

  std::size_t known(const std::vector<Label>& asked, const std::vector<std::string>& templates = kTemplates) {
    rows_ = weights(asked.size());
    auto cache = open();
    const bool there = cache.recall_set(asked, templates, rows_);
    EXPECT_EQ(cache.known(), there ? asked.size() : 0U);
    return cache.known();
  }

  std::filesystem::path file() const {
    return *std::filesystem::directory_iterator(scratch_.path("cache/label-sets-1"));
  }

  LabelWeights rows_;
};

TEST_F(LabelSetTest, IsRecalledInOneGo) {
  keep(0, 150, 0.5F);
  EXPECT_EQ(known(labels(0, 150)), 150U);
  EXPECT_TRUE(std::ranges::all_of(rows_.rows.values, [](float value) { return value == 0.5F; }));
  EXPECT_TRUE(rows_.notes.back().unknown_words && !rows_.notes.back().cut &&
              !rows_.notes.front().unknown_words);
}

TEST_F(LabelSetTest, IsThatOfTheseLabelsInThisOrderAndTheseTemplates) {
  keep(0, 150, 0.5F);
  EXPECT_EQ(known(labels(0, 149)), 0U);
  EXPECT_EQ(known(labels(1, 150)), 0U);
  EXPECT_EQ(known(labels(0, 150), {"{}"}), 0U);
  auto turned = labels(0, 150);
  std::ranges::reverse(turned);
  EXPECT_EQ(known(turned), 0U);
  auto joined = labels(0, 150);
  joined[0].texts.push_back(joined[1].texts[0]);  // the same texts one after the other, of other labels
  joined[1].texts.clear();
  EXPECT_EQ(known(joined), 0U);
}

TEST_F(LabelSetTest, SmallOnesHaveNoFile) {
  keep(0, 20, 0.5F);
  EXPECT_EQ(known(labels(0, 20)), 0U);
  EXPECT_FALSE(std::filesystem::exists(scratch_.path("cache/label-sets-1")));
}

TEST_F(LabelSetTest, ADamagedOneIsAsNone) {
  keep(0, 150, 0.5F);
  const auto size = std::filesystem::file_size(file());
  for (const auto place : {std::uintmax_t{0}, std::uintmax_t{70}, size - 1}) {
    keep(0, 150, 0.5F);
    std::fstream(file(), std::ios::in | std::ios::out | std::ios::binary)
        .seekp(static_cast<std::streamoff>(place))
        .put('!');
    EXPECT_EQ(known(labels(0, 150)), 0U) << place;
  }
  keep(0, 150, 0.5F);
  std::filesystem::resize_file(file(), size - 4);
  EXPECT_EQ(known(labels(0, 150)), 0U);
  keep(0, 150, 0.5F);
  EXPECT_EQ(known(labels(0, 150)), 150U);
}

TEST_F(LabelSetTest, BeyondTheirLimitThoseUnusedLongestGo) {
  const auto width = static_cast<std::int64_t>(model_.manifest().embedding_width);
  const std::int64_t limit = 2 * (100 * (width * 4 + 1) + 8);
  const auto age = [&](int hours) {
    for (const auto& entry : std::filesystem::directory_iterator(scratch_.path("cache/label-sets-1"))) {
      std::filesystem::last_write_time(entry, entry.last_write_time() - std::chrono::hours(hours));
    }
  };
  keep(0, 100, 0.5F, limit);
  age(1);
  keep(1000, 100, 0.5F, limit);
  age(1);
  EXPECT_EQ(known(labels(0, 100)), 100U);  // which counts as use
  keep(2000, 100, 0.5F, limit);
  EXPECT_EQ(known(labels(0, 100)), 100U);
  EXPECT_EQ(known(labels(1000, 100)), 0U);
  EXPECT_EQ(known(labels(2000, 100)), 100U);
}

TEST(DefaultLabelCache, FollowsTheEnvironment) {
  const auto with = [](const char* own, const char* cache_home, const char* home) {
    setenv("CLIP_CLASSIFY_CACHE", own, 1);
    setenv("XDG_CACHE_HOME", cache_home, 1);
    setenv("HOME", home, 1);
    const auto folder = cache_folder();
    return folder ? label_cache_in(*folder) : "none";
  };
  const auto saved = std::string(std::getenv("HOME") != nullptr ? std::getenv("HOME") : "");
  EXPECT_EQ(with("/own", "/cache", "/home/me"), "/own/labels-1.sqlite");
  EXPECT_EQ(with("off", "/cache", "/home/me"), "none");
  EXPECT_EQ(with("", "/cache", "/home/me"), "/cache/clip-classify/labels-1.sqlite");
  EXPECT_EQ(with("", "not/absolute", "/home/me"), "/home/me/.cache/clip-classify/labels-1.sqlite");
  EXPECT_EQ(with("", "", ""), "none");
  unsetenv("CLIP_CLASSIFY_CACHE");
  unsetenv("XDG_CACHE_HOME");
  setenv("HOME", saved.c_str(), 1);
}

}  // namespace
}  // namespace clip_classify
