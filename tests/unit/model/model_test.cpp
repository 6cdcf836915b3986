#include "clip_classify/model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <future>
#include <limits>

#include "clip_classify/error.h"
#include "clip_classify/golden.h"
#include "clip_classify/model_folders.h"

namespace clip_classify {
namespace {

Model compact() {
  return Model(read_manifest(std::string(MODELS_DIR) + "/compact"));
}

TEST(Model, GivesItsGoldenValues) {
  auto model = compact();
  const auto checks = check_golden(model);
  EXPECT_GE(checks.size(), 5U);
  for (const auto& check : checks) {
    EXPECT_TRUE(check.passed) << check.stage << " of " << check.subject << ": " << check.difference;
  }
}

TEST(Model, RowsAreUnitVectorsAndDoNotDependOnTheBatch) {
  auto model = compact();
  std::vector<std::string> texts;
  for (int index = 0; index < 70; ++index) {  // more than one batch, of very different lengths
    texts.push_back("a photo of" + std::string(static_cast<std::size_t>(index % 9), 'x') + " thing " +
                    std::to_string(index));
  }
  std::vector<std::size_t> done;
  const auto all =
      model.embed_tokens(model.tokenize(texts), [&](std::size_t count) { done.push_back(count); });
  EXPECT_EQ(done, (std::vector<std::size_t>{64, 70}));
  ASSERT_EQ(all.rows, texts.size());
  for (std::size_t row = 0; row < all.rows; ++row) {
    EXPECT_NEAR(dot(all.row(row), all.row(row)), 1.0, 1e-5);
  }
  for (const std::size_t row : {0U, 33U, 69U}) {
    const auto alone = model.embed_tokens(model.tokenize(std::span(texts).subspan(row, 1)));
    for (std::size_t column = 0; column < all.width; ++column) {
      EXPECT_NEAR(alone.row(0)[column], all.row(row)[column], 1e-4);
    }
  }
}

TEST(Model, BatchesOfImagesAgree) {
  auto model = compact();
  const auto pixels = preprocess(golden_image(300, 200), model.manifest().image);
  std::vector<float> three;
  for (int copy = 0; copy < 3; ++copy) {
    three.insert(three.end(), pixels.begin(), pixels.end());
  }
  const auto one = model.embed_images(pixels, 1);
  const auto batch = model.embed_images(three, 3);
  ASSERT_EQ(batch.rows, 3U);
  for (std::size_t column = 0; column < one.width; ++column) {
    EXPECT_NEAR(one.row(0)[column], batch.row(2)[column], 1e-4);
  }
}

TEST(Model, BatchesBegunTogetherAreThoseBegunAlone) {
  auto model = compact();
  constexpr std::size_t kCounts[] = {7, 1, 16, 2, 5};
  std::vector<std::vector<float>> batches;
  int size = 200;
  for (const auto count : kCounts) {
    auto& pixels = batches.emplace_back();
    for (std::size_t index = 0; index < count; ++index) {
      const auto picture = preprocess(golden_image(size++, 200), model.manifest().image);
      pixels.insert(pixels.end(), picture.begin(), picture.end());
    }
  }
  std::vector<std::future<Matrix>> begun;
  for (std::size_t batch = 0; batch < batches.size(); ++batch) {
    begun.push_back(model.start_embedding_images(batches[batch], kCounts[batch]));
  }
  for (std::size_t batch = 0; batch < batches.size(); ++batch) {
    const auto together = begun[batch].get();
    const auto alone = model.embed_images(batches[batch], kCounts[batch]);
    ASSERT_EQ(together.rows, kCounts[batch]);
    for (std::size_t index = 0; index < alone.values.size(); ++index) {
      ASSERT_NEAR(together.values[index], alone.values[index], 1e-5) << batch << ", " << index;
    }
  }
}

TEST(Model, ABatchThatFailsLeavesTheNextAsItIs) {
  auto model = compact();
  const auto pixels = preprocess(golden_image(300, 200), model.manifest().image);
  auto broken = model.start_embedding_images(
      std::vector<float>(pixels.size(), std::numeric_limits<float>::quiet_NaN()), 1);
  auto whole = model.start_embedding_images(pixels, 1);
  EXPECT_THROW(broken.get(), Error);
  EXPECT_EQ(whole.get().rows, 1U);
}

/// What a pass does not find it leaves as it was, silently: so what it finds is counted.
TEST(Model, FusesItsTextEncodersLayers) {
  auto model = compact();
  const auto text = model.text_encoder_summary();
  EXPECT_EQ(text.fused_layers, 6 * 6 + 3);  // of MiniLM's six blocks, and of the head
  EXPECT_EQ(text.activations, 6 + 1);
  EXPECT_EQ(text.residuals, 2 * 6 + 1);
  EXPECT_EQ(text.quantized_layers, 0);
  EXPECT_EQ(text.first_token, 0);  // all tokens are averaged
  EXPECT_FALSE(text.packed);
}

TEST(Model, PackedLayersGiveTheSame) {
  auto model = compact();
  const std::vector<std::string> texts(400, "a photo of a cat, or of a dog");
  const auto sequences = model.tokenize(texts);
  const auto before = model.embed_tokens(std::span(sequences).first(1));
  ASSERT_FALSE(model.text_encoder_summary().packed);
  const auto after = model.embed_tokens(sequences);
  ASSERT_TRUE(model.text_encoder_summary().packed);
  for (std::size_t column = 0; column < before.width; ++column) {
    EXPECT_NEAR(before.row(0)[column], after.row(399)[column], 1e-5);
  }
}

TEST(Model, OneImageOnManyThreadsIsTheSame) {
  const auto manifest = read_manifest(std::string(MODELS_DIR) + "/compact");
  Model one(manifest, {.threads = 1});
  Model many(manifest, {.threads = 3});
  const auto pixels = preprocess(golden_image(300, 200), manifest.image);
  const auto expected = one.embed_images(pixels, 1);
  const auto found = many.embed_images(pixels, 1);
  for (std::size_t column = 0; column < expected.width; ++column) {
    EXPECT_NEAR(found.row(0)[column], expected.row(0)[column], 1e-5);
  }
}

TEST(Model, LoadsBothEncodersAtOnce) {
  auto model = compact();
  model.load_encoders();
  EXPECT_EQ(model.precision(), Precision::fp32);
  EXPECT_EQ(model.embed_tokens(model.tokenize(std::vector<std::string>{"cat"})).rows, 1U);
}

TEST(Model, RefusesAPrecisionThatItWasNotExportedFor) {
  EXPECT_THROW(Model(read_manifest(std::string(MODELS_DIR) + "/compact"), {.precision = Precision::int8}),
               Error);
}

TEST(Model, StopsWhenTheCallbackThrows) {
  auto model = compact();
  const std::vector<std::string> texts(200, "cat");
  EXPECT_THROW(model.embed_tokens(model.tokenize(texts), [](std::size_t) { throw Interrupted("enough"); }),
               Interrupted);
}

TEST(Model, RefusesADeviceThatIsNotThere) {
  EXPECT_THROW(Model(read_manifest(std::string(MODELS_DIR) + "/compact"), {.device = "cuda:99"}), Error);
}

TEST(ModelFolders, FindsByNameAndByPath) {
  EXPECT_EQ(find_model(std::string(MODELS_DIR) + "/compact"), std::string(MODELS_DIR) + "/compact");
  EXPECT_TRUE(std::filesystem::equivalent(find_model("compact"), std::string(MODELS_DIR) + "/compact"));
  try {
    find_model("nonsense");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("compact"), std::string::npos);
  }
}

TEST(GoldenImage, FollowsItsFormula) {
  const auto image = golden_image(320, 240);
  ASSERT_EQ(image.rgb.size(), 320U * 240 * 3);
  const auto pixel = [&](int x, int y) {
    const auto* start = &image.rgb[(static_cast<std::size_t>(y) * 320 + x) * 3];
    return std::vector<int>{start[0], start[1], start[2]};
  };
  EXPECT_EQ(pixel(0, 0), (std::vector<int>{0, 0, 0}));
  EXPECT_EQ(pixel(200, 100),
            (std::vector<int>{(1400 + 300) % 256, (400 + 1100) % 256, ((200 ^ 100) * 5) % 256}));
  EXPECT_EQ(pixel(40, 30), (std::vector<int>{255 - (280 + 90) % 256, (80 + 330) % 256, 128}));
}

}  // namespace
}  // namespace clip_classify
