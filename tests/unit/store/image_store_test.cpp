#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "../image/test_files.h"
#include "../input/scratch.h"
#include "clip_classify/store.h"
#include "store/spaces.h"

namespace clip_classify {
namespace {

using test::Scratch;

const std::string kPhoto = std::string(TEST_DATA_DIR) + "/photos/cat.jpg";

class ImageStoreTest : public ::testing::Test {
 protected:
  std::vector<float> row(float value) const {
    return std::vector<float>(static_cast<std::size_t>(model_.manifest().embedding_width), value);
  }

  ImageStore open(const DecodeOptions& decode = {}) const {
    return {scratch_.path("a.store"), model_, decode};
  }

  /// As the loader does it: by file, then by content.
  static LoadedImage load(ImageStore& store, const std::string& path) {
    LoadedImage image{{path, std::nullopt}};
    image.embedding = store.recall(path, image.key);
    if (image.embedding.empty()) {
      image.embedding = store.recall(path, read_bytes(path), image.key);
    }
    return image;
  }

  void fill(const std::string& path, float value) const {
    auto store = open();
    store.keep(load(store, path), row(value));
    store.commit();
  }

  Scratch scratch_;
  Model model_{read_manifest(std::string(MODELS_DIR) + "/compact")};
};

TEST_F(ImageStoreTest, KnowsAFileWithoutReadingIt) {
  fill(kPhoto, 1);
  auto store = open();
  ImageKey key;
  EXPECT_EQ(store.recall(kPhoto, key), row(1));
  EXPECT_EQ(store.recall(std::filesystem::relative(kPhoto).string(), key), row(1));
}

TEST_F(ImageStoreTest, KnowsContentUnderAnotherName) {
  fill(kPhoto, 1);
  const auto copy = scratch_.path("copy.jpg");
  std::filesystem::copy(kPhoto, copy);
  auto store = open();
  ImageKey key;
  EXPECT_TRUE(store.recall(copy, key).empty());
  EXPECT_EQ(store.recall(copy, read_bytes(copy), key), row(1));
}

TEST_F(ImageStoreTest, DoesNotTrustTheTimesOfAFileThatHasJustChanged) {
  const auto file = scratch_.file("a.jpg", "one");
  fill(file, 1);
  scratch_.file("a.jpg", "two");  // as long, and perhaps within the clock's grain
  auto store = open();
  EXPECT_TRUE(load(store, file).embedding.empty());
  scratch_.file("a.jpg", "one");
  EXPECT_EQ(load(store, file).embedding, row(1));
}

TEST_F(ImageStoreTest, ForgedTimesDoNotHideAChange) {
  // What is kept of a file is its state; a file of other times or inode at the same path is read again.
  fill(kPhoto, 1);
  const auto before =
      load(*std::make_unique<ImageStore>(scratch_.path("a.store"), model_, DecodeOptions{}), kPhoto);
  EXPECT_TRUE(before.key.content.empty());
  const auto file = scratch_.file("a.jpg", "one");
  const timespec old[2] = {{1, 0}, {1, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, file.c_str(), old, 0), 0);  // the time of change is now, all the same
  auto store = open();
  ImageKey key;
  EXPECT_TRUE(store.recall(file, key).empty());
  EXPECT_TRUE(key.file.empty());
}

TEST_F(ImageStoreTest, StandardInputIsKnownByContent) {
  auto store = open();
  LoadedImage image{{"-", std::nullopt}};
  const auto bytes = read_bytes(kPhoto);
  EXPECT_TRUE(store.recall("-", image.key).empty());
  EXPECT_TRUE(store.recall("-", bytes, image.key).empty());
  store.keep(image, row(1));
  store.commit();
  EXPECT_EQ(store.recall("-", bytes, image.key), row(1));
}

TEST_F(ImageStoreTest, AnImageIsKnownOnlyUnderALimitThatItPassed) {
  fill(kPhoto, 1);
  DecodeOptions decode;
  decode.max_pixels *= 2;
  auto higher = open(decode);
  EXPECT_EQ(load(higher, kPhoto).embedding, row(1));
  decode.max_pixels = 1000;
  auto lower = open(decode);
  EXPECT_TRUE(load(lower, kPhoto).embedding.empty());
}

TEST_F(ImageStoreTest, WaysOfDecodingAreKeptApart) {
  fill(kPhoto, 1);
  DecodeOptions decode;
  decode.apply_exif = false;
  auto store = open(decode);
  EXPECT_TRUE(load(store, kPhoto).embedding.empty());
}

TEST_F(ImageStoreTest, EveryPartOfTheModelCounts) {
  const auto space = image_space(model_, {});
  const auto of = [](auto&& change) {
    auto manifest = read_manifest(std::string(MODELS_DIR) + "/compact");
    change(manifest);
    return image_space(Model(std::move(manifest)), {});
  };
  EXPECT_EQ(of([](Manifest&) {}), space);
  EXPECT_EQ(of([](Manifest& manifest) { manifest.score.scale = 7; }), space);  // does not touch embeddings
  EXPECT_NE(of([](Manifest& manifest) { manifest.image.mean[2] += 1e-7F; }), space);
  EXPECT_NE(of([](Manifest& manifest) { manifest.image.alpha = Alpha::drop; }), space);
  EXPECT_NE(of([](Manifest& manifest) { manifest.files[manifest.image_encoder].sha256[0] ^= 1; }), space);
  // Without sums, the file itself is summed up.
  EXPECT_EQ(of([](Manifest& manifest) { manifest.files.clear(); }), space);
}

TEST_F(ImageStoreTest, ManyAreRecalledAsOneByOne) {
  fill(kPhoto, 1);
  auto store = open();
  std::vector<LoadedImage> images{{{kPhoto, std::nullopt}},
                                  {{"-", std::nullopt}},
                                  {{kPhoto, input_error("missing", "")}},
                                  {{"no.jpg", std::nullopt}}};
  store.recall_all(images);
  ImageKey key;
  EXPECT_EQ(images[0].embedding, store.recall(kPhoto, key));
  EXPECT_EQ(images[0].key.file, key.file);
  for (std::size_t other = 1; other < images.size(); ++other) {
    EXPECT_TRUE(images[other].embedding.empty() && images[other].key.file.empty());
  }
  store.keep(images[0], row(2));  // and what is recalled holds up no writer
  store.commit();
}

TEST_F(ImageStoreTest, ListsAllItKnowsInTheOrderOfPaths) {
  auto store = open();
  std::vector<std::string> paths;
  for (const auto* name : {"astronaut.jpg", "cat.jpg", "rocket.jpg"}) {
    paths.push_back(std::string(TEST_DATA_DIR) + "/photos/" + name);
  }
  for (const auto index : {2, 0, 1}) {
    store.keep(load(store, paths[static_cast<std::size_t>(index)]), row(static_cast<float>(index)));
  }
  store.commit();
  std::vector<StoredImage> known;
  for (auto next = store.known_after("", 2); !next.empty(); next = store.known_after(next.back().path, 2)) {
    known.insert(known.end(), next.begin(), next.end());
  }
  ASSERT_EQ(known.size(), 3);
  for (std::size_t index = 0; index < 3; ++index) {
    EXPECT_EQ(known[index].path, std::filesystem::path(paths[index]).lexically_normal().string());
    EXPECT_EQ(known[index].embedding, row(static_cast<float>(index)));
  }
  DecodeOptions other;
  other.apply_exif = false;
  EXPECT_TRUE(open(other).known_after("", 9).empty());
}

TEST_F(ImageStoreTest, OrderOfLookingUpDoesNotMatter) {
  constexpr int kCount = 50;
  auto store = open();
  const auto recalled = [&](int number) {
    const std::string text = std::to_string(number);
    ImageKey key;
    return store.recall("-", std::as_bytes(std::span(text)), key);
  };
  for (int number = 0; number < kCount; ++number) {
    LoadedImage image{{"-", std::nullopt}};
    const std::string text = std::to_string(number);
    store.recall("-", std::as_bytes(std::span(text)), image.key);
    store.keep(image, row(static_cast<float>(number)));
  }
  store.commit();
  for (const int step : {1, 2, kCount - 1, 7}) {
    for (int turn = 0; turn < kCount; ++turn) {
      const int number = turn * step % kCount;
      EXPECT_EQ(recalled(number), row(static_cast<float>(number)));
      EXPECT_TRUE(turn % 5 != 0 || recalled(kCount + turn).empty());
    }
  }
}

TEST_F(ImageStoreTest, IsWrittenInBatches) {
  auto store = open();
  for (int index = 0; index < 256; ++index) {
    LoadedImage image{{"-", std::nullopt}};
    const std::string text = std::to_string(index);
    store.recall("-", std::as_bytes(std::span(text)), image.key);
    store.keep(image, row(static_cast<float>(index)));
  }
  auto other = open();
  ImageKey key;
  EXPECT_EQ(other.recall("-", std::as_bytes(std::span("9", 1)), key), row(9));
}

}  // namespace
}  // namespace clip_classify
