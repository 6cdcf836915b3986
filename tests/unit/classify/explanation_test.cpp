#include "clip_classify/explanation.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>

#include "clip_classify/error.h"

namespace clip_classify {
namespace {

constexpr std::size_t kSide = 40;
constexpr float kHalf = kSide * kSide / 2.0F;  ///< pixels in it

/// An encoder that is known: the mean of the red pixels in the left and in the right half.
Matrix halves(std::span<const float> pixels, std::size_t count) {
  Matrix rows{count, 2, {}};
  for (std::size_t image = 0; image < count; ++image) {
    std::array<float, 2> sums{};
    for (std::size_t pixel = 0; pixel < kSide * kSide; ++pixel) {
      sums[pixel % kSide < kSide / 2 ? 0 : 1] += pixels[image * 3 * kSide * kSide + pixel];
    }
    for (const float sum : sums) {
      rows.values.push_back(sum / kHalf);
    }
  }
  return rows;
}

const std::vector<float> kWhite(3 * kSide * kSide, 1.0F);
const PreparedPicture kPicture{kWhite, kSide, kSide};
const Matrix kLabels{2, 2, {1, 0, 0, 1}};

double left_half(const HeatMap& map) {
  double left = 0;
  double all = 0;
  for (std::size_t row = 0; row < map.rows; ++row) {
    for (std::size_t column = 0; column < map.columns; ++column) {
      all += std::max(0.0, map.at(row, column));
      left += column < map.columns / 2 ? std::max(0.0, map.at(row, column)) : 0;
    }
  }
  return left / all;
}

/// Of 4 by 4 cells.
void expect_shares_of_halves(const std::vector<HeatMap>& maps) {
  ASSERT_EQ(maps.size(), 2U);
  for (std::size_t row = 0; row < 4; ++row) {
    for (std::size_t column = 0; column < 4; ++column) {
      EXPECT_NEAR(maps[0].at(row, column), column < 2 ? 0.125 : 0, 1e-5);
      EXPECT_NEAR(maps[1].at(row, column), column < 2 ? 0 : 0.125, 1e-5);
    }
  }
}

TEST(ExplainPicture, OcclusionOfASingleCellIsItsShare) {
  const auto maps =
      explain_picture(kPicture, kLabels, {.grid = 4, .window = 1}, {.embed = halves, .batch = 5});
  expect_shares_of_halves(maps);
}

TEST(ExplainPicture, RandomMasksFindTheSameHalves) {
  const MapOptions options{.method = MapOptions::Method::rise, .grid = 4, .masks = 300};
  const auto maps = explain_picture(kPicture, kLabels, options, {.embed = halves, .batch = 16});
  EXPECT_GT(left_half(maps[0]), 0.8);
  EXPECT_LT(left_half(maps[1]), 0.2);
  EXPECT_EQ(explain_picture(kPicture, kLabels, options, {.embed = halves, .batch = 7})[0].values,
            maps[0].values);
  auto other = options;
  other.seed = 1;
  EXPECT_NE(explain_picture(kPicture, kLabels, other, {.embed = halves, .batch = 16})[0].values,
            maps[0].values);
}

/// Of the square of what halves() gives.
std::vector<Matrix> gradients_of_squares(std::span<const float> pixels, std::size_t count,
                                         const Matrix& weights) {
  const auto rows = halves(pixels, count);
  std::vector<Matrix> gradients;
  for (std::size_t label = 0; label < weights.rows; ++label) {
    Matrix gradient{count, pixels.size() / count, std::vector<float>(pixels.size())};
    for (std::size_t image = 0; image < count; ++image) {
      for (std::size_t pixel = 0; pixel < kSide * kSide; ++pixel) {
        const std::size_t half = pixel % kSide < kSide / 2 ? 0 : 1;
        gradient.row(image)[pixel] = weights.row(label)[half] * 2 * rows.row(image)[half] / kHalf;
      }
    }
    gradients.push_back(std::move(gradient));
  }
  return gradients;
}

TEST(ExplainPicture, IntegratedGradientsAddUpToTheScore) {
  const MapOptions options{.method = MapOptions::Method::gradient, .grid = 4, .steps = 7};
  const auto maps = explain_picture(kPicture, kLabels, options,
                                    {.embed = halves, .gradients = gradients_of_squares, .batch = 3});
  expect_shares_of_halves(maps);
}

TEST(ExplainPicture, RefusesWhatDoesNotFit) {
  const ExplanationRun run{.embed = halves};
  EXPECT_THROW(explain_picture(kPicture, kLabels, {.grid = 0}, run), Error);
  EXPECT_THROW(explain_picture(kPicture, kLabels, {.grid = kSide + 1}, run), Error);
  EXPECT_THROW(explain_picture(kPicture, kLabels, {.grid = 4, .window = 5}, run), Error);
  EXPECT_THROW(
      explain_picture(kPicture, kLabels, {.method = MapOptions::Method::rise, .grid = 4, .masks = 0}, run),
      Error);
  EXPECT_THROW(explain_picture(kPicture, kLabels, {.method = MapOptions::Method::gradient, .steps = 0},
                               {.embed = halves, .gradients = gradients_of_squares}),
               Error);
}

TEST(AgainstOthers, TakesTheMeanOfTheOthersAway) {
  EXPECT_EQ(against_others({3, 1, {1, 2, 6}}).values, (std::vector<float>{-3, -1.5, 4.5}));
  EXPECT_EQ(against_others({1, 1, {2}}).values, std::vector<float>{2});
}

TEST(Faithfulness, OfTheRightMapBeatsRandomOrderAndOfItsOppositeDoesNot) {
  const ExplanationRun run{.embed = halves};
  auto maps = explain_picture(kPicture, kLabels, {.grid = 4, .window = 1}, run);
  const auto right = faithfulness(kPicture, kLabels, maps, 0, run);
  std::swap(maps[0], maps[1]);
  const auto wrong = faithfulness(kPicture, kLabels, maps, 0, run);
  for (std::size_t label = 0; label < 2; ++label) {
    // All of its half goes first: the score falls to nothing half-way.
    EXPECT_NEAR(right[label].deletion, 0.25, 0.03);
    EXPECT_NEAR(right[label].insertion, 0.75, 0.03);
    EXPECT_NEAR(right[label].random_deletion, 0.5, 0.12);
    EXPECT_GT(wrong[label].deletion, wrong[label].random_deletion);
    EXPECT_LT(wrong[label].insertion, wrong[label].random_insertion);
  }
}

TEST(SeenRegion, IsTheCropInPixelsOfTheWhole) {
  ImageSpec spec;
  spec.width = spec.height = spec.resize_size = 100;
  const auto crop = seen_region(400, 200, spec);
  EXPECT_DOUBLE_EQ(crop.x, 100);
  EXPECT_DOUBLE_EQ(crop.y, 0);
  EXPECT_DOUBLE_EQ(crop.width, 200);
  EXPECT_DOUBLE_EQ(crop.height, 200);
  spec.resize = ImageSpec::Resize::squash;
  EXPECT_DOUBLE_EQ(seen_region(400, 200, spec).width, 400);
}

TEST(Overlay, IsRedWhereItSpeaksForALabelAndBlueWhereAgainst) {
  const Image gray{8, 4, std::vector<std::uint8_t>(8 * 4 * 3, 128)};
  const auto drawn = overlay(gray, {1, 2, {1, -1}});
  EXPECT_GT(drawn.rgb[0], drawn.rgb[2] + 100);
  EXPECT_LT(drawn.rgb[7 * 3], drawn.rgb[7 * 3 + 2] - 100);
  EXPECT_EQ(overlay(gray, {1, 2, {0, 0}}).rgb, gray.rgb);
}

TEST(EncodePng, ReadsBackTheSame) {
  Image image{3, 2, std::vector<std::uint8_t>(18)};
  std::iota(image.rgb.begin(), image.rgb.end(), std::uint8_t{40});
  EXPECT_EQ(decode_image(encode_png(image)).rgb, image.rgb);
}

}  // namespace
}  // namespace clip_classify
