#include "image/resize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "clip_classify/image.h"
#include "image/orient.h"

namespace clip_classify {
namespace {

Image noise(int width, int height) {
  Image image{width, height, {}};
  std::mt19937 random(7);
  image.rgb.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  std::ranges::generate(image.rgb, [&] { return static_cast<std::uint8_t>(random()); });
  return image;
}

ImageSpec spec_of(ImageSpec::Resize resize, int side, int width, int height) {
  ImageSpec spec;
  spec.resize = resize;
  spec.resize_size = side;
  spec.width = width;
  spec.height = height;
  spec.std = {1, 1, 1};
  return spec;
}

TEST(Resize, APictureOfTheRightSizeIsLeftAlone) {
  const Image image = noise(32, 32);
  EXPECT_EQ(resize_and_crop(image, spec_of(ImageSpec::Resize::shortest, 32, 32, 32)).rgb, image.rgb);
}

TEST(Resize, TheCropIsInTheMiddleWithHalvesToEven) {
  // 37 - 32 = 5: torchvision's round(2.5) is 2; 35 - 32 = 3: round(1.5) is 2.
  for (const int width : {37, 35}) {
    const Image image = noise(width, 32);
    const Image part = resize_and_crop(image, spec_of(ImageSpec::Resize::shortest, 32, 32, 32));
    EXPECT_TRUE(std::equal(part.rgb.begin(), part.rgb.begin() + 96, image.rgb.begin() + 2 * 3));
  }
}

TEST(Resize, SizesAreAsAskedFor) {
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 20000}, {20000, 1}, {640, 427}, {13, 999}}) {
    const Image image = noise(width, height);
    const Image cropped = resize_and_crop(image, spec_of(ImageSpec::Resize::shortest, 40, 32, 24));
    EXPECT_EQ(cropped.rgb.size(), 32U * 24U * 3U);
    const Image squashed = resize_and_crop(image, spec_of(ImageSpec::Resize::squash, 0, 32, 24));
    EXPECT_EQ(squashed.rgb.size(), 32U * 24U * 3U);
  }
}

TEST(Resize, AFlatPictureStaysFlat) {
  Image image{50, 20000, {}};
  image.rgb.resize(50 * 20000 * 3, 77);
  for (const auto filter : {ImageSpec::Interpolation::bicubic, ImageSpec::Interpolation::bilinear}) {
    for (const bool antialias : {true, false}) {
      ImageSpec spec = spec_of(ImageSpec::Resize::shortest, 224, 224, 224);
      spec.interpolation = filter;
      spec.antialias = antialias;
      const Image part = resize_and_crop(image, spec);
      EXPECT_TRUE(std::ranges::all_of(part.rgb, [](std::uint8_t value) { return value == 77; }));
    }
  }
}

TEST(Resize, ACropHasThePixelsOfTheWhole) {
  for (const auto& [width, height] : {std::pair{30, 90}, {90, 30}, {200, 301}, {301, 200}, {3, 60}}) {
    const Image image = noise(width, height);
    for (const auto filter : {ImageSpec::Interpolation::bicubic, ImageSpec::Interpolation::bilinear}) {
      for (const bool antialias : {true, false}) {
        const int wide = width <= height ? 64 : 64 * width / height;
        const int tall = width <= height ? 64 * height / width : 64;
        ImageSpec whole = spec_of(ImageSpec::Resize::squash, 0, wide, tall);
        ImageSpec crop = spec_of(ImageSpec::Resize::shortest, 64, 48, 48);
        for (ImageSpec* spec : {&whole, &crop}) {
          spec->interpolation = filter;
          spec->antialias = antialias;
        }
        const Image all = resize_and_crop(image, whole);
        const Image part = resize_and_crop(image, crop);
        const int left = static_cast<int>(std::nearbyint((wide - 48) / 2.0));
        const int top = static_cast<int>(std::nearbyint((tall - 48) / 2.0));
        for (int row = 0; row < 48; ++row) {
          EXPECT_TRUE(std::equal(part.rgb.begin() + row * 144, part.rgb.begin() + (row + 1) * 144,
                                 all.rgb.begin() + ((row + top) * wide + left) * 3))
              << width << 'x' << height << " row " << row;
        }
      }
    }
  }
}

/// Sizes, shapes and crops that take every path: columns first, rows first, enlarged, squashed.
std::vector<ImageSpec> various_specs() {
  std::vector<ImageSpec> specs = {
      spec_of(ImageSpec::Resize::shortest, 48, 48, 48), spec_of(ImageSpec::Resize::shortest, 75, 64, 33),
      spec_of(ImageSpec::Resize::shortest, 600, 224, 224), spec_of(ImageSpec::Resize::squash, 0, 40, 90)};
  specs[1].crop = ImageSpec::Crop::floor;
  specs[1].interpolation = ImageSpec::Interpolation::bilinear;
  return specs;
}

TEST(Resize, TurningAfterwardsIsTheSame) {
  for (const auto& [width, height] : {std::pair{300, 200}, {200, 301}, {31, 997}, {997, 31}}) {
    const Image image = noise(width, height);
    for (const ImageSpec& spec : various_specs()) {
      for (int orientation = 1; orientation <= 8; ++orientation) {
        EXPECT_EQ(orient(resize_stored(image, orientation, spec), orientation).rgb,
                  resize_and_crop(orient(image, orientation), spec).rgb)
            << width << 'x' << height << " orientation " << orientation;
      }
    }
  }
}

TEST(Resize, AReductionLeavesTwoPixelsForEach) {
  const ImageSpec crop = spec_of(ImageSpec::Resize::shortest, 256, 224, 224);
  EXPECT_EQ(largest_reduction({8192, 4096}, crop), 8);
  EXPECT_EQ(largest_reduction({8192, 4095}, crop), 4);
  EXPECT_EQ(largest_reduction({4032, 3024, 6}, crop), 4);
  EXPECT_EQ(largest_reduction({1023, 2000}, crop), 1);
  EXPECT_EQ(largest_reduction({1024, 2000}, crop), 2);
  // Each axis of a squashed picture has a scale of its own; a turned one has them the other way round.
  const ImageSpec squash = spec_of(ImageSpec::Resize::squash, 0, 100, 400);
  EXPECT_EQ(largest_reduction({1600, 1600}, squash), 2);
  EXPECT_EQ(largest_reduction({800, 3200}, squash), 4);
  EXPECT_EQ(largest_reduction({3200, 800, 8}, squash), 4);
  EXPECT_EQ(largest_reduction({3200, 800}, squash), 1);
}

TEST(Preprocess, ScalesByMeanAndStdIntoPlanes) {
  Image image{2, 1, {0, 51, 102, 153, 204, 255}};
  ImageSpec spec = spec_of(ImageSpec::Resize::squash, 0, 2, 1);
  spec.mean = {0.5F, 0.0F, 0.2F};
  spec.std = {0.5F, 1.0F, 2.0F};
  const std::vector<float> expected = {-1.0F, 0.2F, 0.2F, 0.8F, 0.1F, 0.4F};
  const std::vector<float> planes = preprocess(image, spec);
  ASSERT_EQ(planes.size(), expected.size());
  for (std::size_t index = 0; index < expected.size(); ++index) {
    EXPECT_NEAR(planes[index], expected[index], 1e-6) << index;
  }
}

}  // namespace
}  // namespace clip_classify
