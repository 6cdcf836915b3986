#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "image/decoders.h"
#include "test_files.h"

namespace clip_classify {
namespace {

using namespace test;

using Colour = std::array<int, 3>;
constexpr Colour red = {255, 0, 0};
constexpr Colour green = {0, 255, 0};
constexpr Colour blue = {0, 0, 255};
constexpr Colour white = {255, 255, 255};
constexpr Colour black = {0, 0, 0};

Colour colour_at(const Image& image, int x, int y) {
  const auto at = static_cast<std::size_t>(y * image.width + x) * 3;
  return {image.rgb[at], image.rgb[at + 1], image.rgb[at + 2]};
}

bool near(const Colour& a, const Colour& b, int tolerance) {
  return std::equal(a.begin(), a.end(), b.begin(),
                    [&](int x, int y) { return std::abs(x - y) <= tolerance; });
}

/// Expects these colours in the middle of the quadrants, in the order of reading.
void expect_quadrants(const std::string& name, const std::array<Colour, 4>& colours, int tolerance = 0,
                      const DecodeOptions& options = {}) {
  const Image image = decode_image(bytes_of(sample(name)), options);
  for (int quadrant = 0; quadrant < 4; ++quadrant) {
    const Colour found = colour_at(image, image.width / 4 * (quadrant % 2 == 0 ? 1 : 3),
                                   image.height / 4 * (quadrant < 2 ? 1 : 3));
    EXPECT_TRUE(near(found, colours[static_cast<std::size_t>(quadrant)], tolerance))
        << name << " quadrant " << quadrant << ": " << found[0] << ' ' << found[1] << ' ' << found[2];
  }
}

constexpr std::array<Colour, 4> kPlain = {red, green, blue, white};

TEST(Decode, EveryLosslessFormatGivesTheExactColours) {
  for (const char* name : {"quadrants.png", "quadrants.webp", "quadrants.tif", "quadrants.bmp",
                           "quadrants.gif", "animated.webp", "colour16.png"}) {
    expect_quadrants(name, kPlain);
  }
}

TEST(Decode, LossyFormatsComeClose) {
  expect_quadrants("quadrants.jpg", kPlain, 4);
  expect_quadrants("progressive.jpg", kPlain, 4);
  expect_quadrants("quadrants.jp2", kPlain, 4);
}

TEST(Decode, CmykIsConvertedAsByPillow) {
  expect_quadrants("cmyk.jpg", kPlain, 4);
}

TEST(Decode, GrayIsSpreadOverRgb) {
  constexpr std::array<Colour, 4> grays = {Colour{76, 76, 76}, {150, 150, 150}, {29, 29, 29}, white};
  expect_quadrants("gray.jpg", grays, 2);
  expect_quadrants("gray_alpha.png", grays, 1);
  expect_quadrants("gray16.png", {black, white, black, white});
}

TEST(Decode, TransparencyIsDroppedOrOverWhite) {
  DecodeOptions over_white;
  over_white.alpha = Alpha::white;
  for (const char* name : {"alpha.png", "alpha.tif"}) {
    expect_quadrants(name, kPlain);
    expect_quadrants(name, {white, green, white, white}, 0, over_white);
  }
  for (const char* name : {"palette_transparent.png", "transparent.gif"}) {
    expect_quadrants(name, kPlain);
    expect_quadrants(name, {white, green, blue, white}, 0, over_white);
  }
}

TEST(Decode, ExifTurnsThePictureUnlessTurnedOff) {
  DecodeOptions as_stored;
  as_stored.apply_exif = false;
  for (const char* name : {"turned.jpg", "turned.tif"}) {
    expect_quadrants(name, {blue, red, white, green}, 4);
    expect_quadrants(name, kPlain, 4, as_stored);
  }
}

TEST(Decode, HeicAndAvif) {
  for (const char* name : {"quadrants.heic", "quadrants.avif"}) {
    const std::string failure = failure_of(sample(name));
    if (failure.starts_with("unsupported: ")) {
      GTEST_SKIP() << failure;
    }
    expect_quadrants(name, kPlain, 12);
  }
}

TEST(Decode, WhatIsNoImageIsSaidToBeNone) {
  EXPECT_EQ(failure_of("Not an image at all"), "decode: not an image, or of a format that is not known");
  EXPECT_EQ(failure_of(""), "decode: not an image, or of a format that is not known");
}

TEST(Decode, FloatPixelsAreUnsupported) {
  EXPECT_EQ(failure_of(sample("float.tif")),
            "unsupported: pixels that are not gray or colour of 8 or 16 bits");
}

const char* const sample_names[] = {
    "quadrants.jpg", "progressive.jpg", "cmyk.jpg",      "quadrants.png", "palette_transparent.png",
    "quadrants.tif", "quadrants.webp",  "animated.webp", "quadrants.bmp", "quadrants.gif"};

TEST(Decode, TruncatedFilesAreErrorsOfOneLine) {
  for (const char* name : sample_names) {
    if (std::string_view(name) == "animated.webp") {
      continue;  // its first frame may be whole
    }
    const std::string file = sample(name);
    for (const std::size_t percent : {10, 50, 80}) {
      const std::string failure = failure_of(file.substr(0, file.size() * percent / 100));
      EXPECT_TRUE(failure.starts_with("decode: ")) << name << ' ' << percent << "%: " << failure;
      EXPECT_EQ(failure.find('\n'), std::string::npos);
    }
  }
}

TEST(Decode, JpegAndPngFailuresSayWhy) {
  const std::string jpeg = sample("quadrants.jpg");
  EXPECT_EQ(failure_of(jpeg.substr(0, jpeg.size() - 20)),
            "decode: not an image, or damaged: the file is truncated");
  const std::string png = sample("quadrants.png");
  EXPECT_EQ(failure_of(png.substr(0, png.size() - 30)),
            "decode: not an image, or damaged: the file is truncated");
}

TEST(Decode, DamagedBytesGiveAPictureOrAnErrorAndNothingElse) {
  std::mt19937 random(1);
  for (const char* name : sample_names) {
    const std::string file = sample(name);
    for (int round = 0; round < 60; ++round) {
      std::string damaged_file = file;
      for (int change = 0; change < 4; ++change) {
        damaged_file[random() % file.size()] = static_cast<char>(random());
      }
      DecodeOptions options;
      options.max_pixels = 1 << 20;
      const std::string failure = failure_of(damaged_file, options);
      EXPECT_EQ(failure.find('\n'), std::string::npos);
    }
  }
}

TEST(Decode, AProgressiveJpegOfTooManyScansIsRefused) {
  // The one scan of a flat picture's DC coefficients, repeated: harmless alone, a bomb in thousands.
  std::string file = sample("progressive.jpg");
  const std::size_t scan = file.find("\xFF\xDA");
  std::size_t next = scan + 2;
  while (!(file[next] == '\xFF' && (file[next + 1] == '\xC4' || file[next + 1] == '\xDA'))) {
    ++next;
  }
  const std::string repeated = file.substr(scan, next - scan);
  std::string bomb = file.substr(0, next);
  for (int count = 0; count < 2000; ++count) {
    bomb += repeated;
  }
  bomb += file.substr(next);
  EXPECT_EQ(failure_of(bomb), "decode: not an image, or damaged: too many progressive scans");
}

TEST(Decode, PnmOfAnyLargestValueFillsTheRange) {
  const Image text = decode_image(bytes_of("P3 2 1 # comment\n15\n15 0 0  7 15 15\n"));
  EXPECT_EQ(colour_at(text, 0, 0), red);
  EXPECT_EQ(colour_at(text, 1, 0), (Colour{119, 255, 255}));
  const Image deep = decode_image(bytes_of(std::string("P5 2 1 65535\n\xFF\xFF\x80\x00", 17)));
  EXPECT_EQ(colour_at(deep, 0, 0), white);
  EXPECT_EQ(colour_at(deep, 1, 0)[0], 128);
  const Image bits = decode_image(bytes_of("P4 3 2\n\x40\x80"));
  EXPECT_EQ(colour_at(bits, 0, 0), white);
  EXPECT_EQ(colour_at(bits, 1, 0), black);
  EXPECT_EQ(colour_at(bits, 0, 1), black);
  const Image digits = decode_image(bytes_of("P1 3 1\n010"));
  EXPECT_EQ(colour_at(digits, 1, 0), black);
}

TEST(Decode, ShortPnmIsTruncated) {
  EXPECT_EQ(failure_of("P6 10 10 255\nxyz"), "decode: damaged: the file is truncated");
  EXPECT_EQ(failure_of("P1 3 1\n01"), "decode: damaged: the file is truncated");
  EXPECT_EQ(failure_of("P6 1 1 0\nxyz").substr(0, 7), "decode:");
}

TEST(Decode, AGifFrameBeyondItsCanvasMakesItLarger) {
  std::string file = sample("quadrants.gif");
  file.replace(6, 4, std::string("\x01\0\x01\0", 4));
  const Image image = decode_image(bytes_of(file));
  EXPECT_EQ(image.width, 16);
  DecodeOptions small;
  small.max_pixels = 100;
  EXPECT_EQ(failure_of(file, small).substr(0, 10), "too_large:");
}

TEST(Decode, FormatsAreNamed) {
  const std::vector<std::string> names = decodable_formats();
  EXPECT_NE(std::ranges::find(names, "JPEG 2000"), names.end());
}

}  // namespace
}  // namespace clip_classify
