#include "clip_classify/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "../input/scratch.h"
#include "test_files.h"

namespace clip_classify {
namespace {

using test::PipedInput;
using test::sample;
using test::Scratch;

ImageSpec small_spec() {
  ImageSpec spec;
  spec.resize_size = spec.width = spec.height = 8;
  spec.std = {1, 1, 1};
  return spec;
}

LoaderOptions options_of(int threads, std::size_t window) {
  LoaderOptions options;
  options.threads = threads;
  options.window = window;
  return options;
}

/// Good and bad files in turn, their names in order. Returns their paths.
std::vector<std::string> mixed_files(const Scratch& scratch, int count) {
  std::vector<std::string> paths;
  for (int index = 0; index < count; ++index) {
    const std::string name = std::to_string(1000 + index) + ".png";
    paths.push_back(scratch.file(name, index % 5 == 3 ? "damaged" : sample("quadrants.png")));
  }
  return paths;
}

TEST(ImageLoader, DeliversEverythingInOrderInFullBatches) {
  const Scratch scratch;
  const std::vector<std::string> paths = mixed_files(scratch, 50);
  for (const int threads : {1, 4}) {
    ImageLoader loader(InputSource({{scratch.path()}, {}, false}), small_spec(), options_of(threads, 16));
    std::size_t seen = 0;
    for (auto batch = loader.next(8); !batch.empty(); batch = loader.next(8)) {
      EXPECT_EQ(batch.size(), std::min<std::size_t>(8, paths.size() - seen));
      for (const LoadedImage& image : batch) {
        EXPECT_EQ(image.input.path, paths[seen]);
        EXPECT_EQ(image.input.error.has_value(), seen % 5 == 3);
        EXPECT_EQ(image.pixels.size(), image.input.error ? 0U : 3U * 8 * 8);
        ++seen;
      }
    }
    EXPECT_EQ(seen, paths.size());
    EXPECT_TRUE(loader.next(8).empty());
  }
}

TEST(ImageLoader, ABatchIsAtMostTheWindow) {
  const Scratch scratch;
  mixed_files(scratch, 10);
  ImageLoader loader(InputSource({{scratch.path()}, {}, false}), small_spec(), options_of(2, 4));
  EXPECT_EQ(loader.next(100).size(), 4);
}

TEST(ImageLoader, ErrorsOfTheSourceKeepTheirPlace) {
  ImageLoader loader(InputSource({{"/no/such.jpg", "/no/other.jpg"}, {}, false}), small_spec(),
                     options_of(2, 4));
  const auto batch = loader.next(4);
  ASSERT_EQ(batch.size(), 2);
  EXPECT_EQ(batch[0].input.path, "/no/such.jpg");
  EXPECT_EQ(batch[1].input.error->code(), "missing");
}

TEST(ImageLoader, APathFromStandardInputIsAnsweredBeforeTheNextOneComes) {
  const Scratch scratch;
  const std::string path = scratch.file("a.png", sample("quadrants.png"));
  PipedInput input;
  ImageLoader loader(InputSource({{}, "-", false}), small_spec(), options_of(2, 16));
  for (int round = 0; round < 3; ++round) {
    input.write(path + "\n");
    EXPECT_EQ(loader.next(16).size(), 1);
  }
  input.finish();
  EXPECT_TRUE(loader.next(16).empty());
}

TEST(ImageLoader, GoesAwayWhileStandardInputIsSilent) {
  const PipedInput input;
  { const ImageLoader list(InputSource({{}, "-", false}), small_spec(), options_of(2, 4)); }
  { const ImageLoader image(InputSource({{"-"}, {}, false}), small_spec(), options_of(2, 4)); }
}

TEST(ImageLoader, StopEndsAWaitingNext) {
  const PipedInput input;
  ImageLoader loader(InputSource({{}, "-", false}), small_spec(), options_of(2, 4));
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    loader.stop();
  });
  EXPECT_TRUE(loader.next(4).empty());
  stopper.join();
}

/// Knows files whose names end in an even digit by name, and files with `content` by content.
class EvenMemory : public ImageMemory {
 public:
  std::vector<float> recall(const std::string& path, ImageKey& /*key*/) override {
    const auto digit = path[path.size() - 5];
    return path.ends_with(".png") && digit % 2 == 0 ? std::vector<float>{1} : std::vector<float>();
  }
  std::vector<float> recall(const std::string& /*path*/, std::span<const std::byte> bytes,
                            ImageKey& key) override {
    key.content = "known";
    if (bytes.size() == 6) {
      throw output_error("the memory is damaged");
    }
    return bytes.size() == 7 ? std::vector<float>{2} : std::vector<float>();
  }
};

TEST(ImageLoader, WhatIsRecalledIsNotDecodedAndLeavesBatchesFull) {
  const Scratch scratch;
  const std::vector<std::string> paths = mixed_files(scratch, 50);  // "damaged" has seven bytes
  EvenMemory memory;
  auto options = options_of(3, 8);
  options.memory = &memory;
  ImageLoader loader(InputSource({{scratch.path()}, {}, false}), small_spec(), options);
  std::vector<std::size_t> decoded;
  std::size_t seen = 0;
  for (auto batch = loader.next(4); !batch.empty(); batch = loader.next(4)) {
    decoded.push_back(0);
    for (const LoadedImage& image : batch) {
      EXPECT_EQ(image.input.path, paths[seen]);
      EXPECT_FALSE(image.input.error);
      const float known = seen % 2 == 0 ? 1.0F : seen % 5 == 3 ? 2.0F : 0.0F;
      EXPECT_EQ(image.embedding, known == 0 ? std::vector<float>() : std::vector<float>{known}) << seen;
      EXPECT_EQ(image.pixels.empty(), known != 0);
      decoded.back() += known == 0 ? 1 : 0;
      ++seen;
    }
  }
  EXPECT_EQ(seen, paths.size());
  EXPECT_EQ(decoded, (std::vector<std::size_t>{4, 4, 4, 4, 4}));
}

TEST(ImageLoader, AFolderOfKnownImagesIsHandedOverInLargeParts) {
  const Scratch scratch;
  for (int index = 0; index < 1500; ++index) {
    scratch.file(std::to_string(100000 + 2 * index) + ".png");
  }
  EvenMemory memory;
  auto options = options_of(2, 4);
  options.memory = &memory;
  ImageLoader loader(InputSource({{scratch.path()}, {}, false}), small_spec(), options);
  EXPECT_EQ(loader.next(2).size(), 1024U);
  EXPECT_EQ(loader.next(2).size(), 476U);
  EXPECT_TRUE(loader.next(2).empty());
}

TEST(ImageLoader, AMemoryThatFailsEndsTheRun) {
  const Scratch scratch;
  scratch.file("1.png", "6bytes");
  EvenMemory memory;
  auto options = options_of(2, 4);
  options.memory = &memory;
  ImageLoader loader(InputSource({{scratch.path()}, {}, false}), small_spec(), options);
  EXPECT_THROW(loader.next(4), Error);
}

TEST(ImageLoader, GoesAwayUndrained) {
  const Scratch scratch;
  mixed_files(scratch, 40);
  for (int round = 0; round < 20; ++round) {
    ImageLoader loader(InputSource({{scratch.path()}, {}, false}), small_spec(), options_of(3, 5));
    if (round % 2 == 0) {
      loader.next(3);
    }
  }
}

}  // namespace
}  // namespace clip_classify
