#include "image/exif.h"

#include <gtest/gtest.h>

#include "image/orient.h"
#include "image/tiff_directory.h"
#include "test_files.h"

namespace clip_classify {
namespace {

using namespace test;

constexpr std::uint64_t kOrientationTag = 0x112;

TEST(Exif, ReadsTheOrientationInEveryContainer) {
  const std::string block = tiff_with({{0x100, 4, 5}, {kOrientationTag, 3, 6}});
  const std::string jpeg = FileBuilder()
                               .big(0xFFD8FFE0, 4)
                               .big(4, 2)
                               .zeros(2)
                               .big(0xFFE1, 2)
                               .big(2 + 6 + block.size(), 2)
                               .text(std::string("Exif\0\0", 6) + block)
                               .content();
  EXPECT_EQ(exif_orientation(bytes_of(jpeg), ImageFormat::jpeg), 6);
  const std::string png =
      FileBuilder().text(png_header(1, 1)).big(block.size(), 4).text("eXIf" + block).zeros(4).content();
  EXPECT_EQ(exif_orientation(bytes_of(png), ImageFormat::png), 6);
  const std::string webp =
      FileBuilder().text(webp_header(1, 1) + "EXIF").little(block.size(), 4).text(block).content();
  EXPECT_EQ(exif_orientation(bytes_of(webp), ImageFormat::webp), 6);
  EXPECT_EQ(exif_orientation(bytes_of(block), ImageFormat::tiff), 6);
  EXPECT_EQ(exif_orientation(bytes_of(block), ImageFormat::bmp), 1);
}

TEST(Exif, NonsenseIsAsStored) {
  for (const std::uint64_t value : {0, 9, 65535}) {
    EXPECT_EQ(tiff_orientation(bytes_of(tiff_with({{kOrientationTag, 3, value}}))), 1);
  }
  EXPECT_EQ(tiff_orientation(bytes_of(tiff_with({{kOrientationTag, 2, 6}}))), 1);
  EXPECT_EQ(tiff_orientation({}), 1);
}

TEST(Exif, EveryCutOfABlockIsSafe) {
  const std::string block = tiff_with({{kOrientationTag, 3, 6}});
  for (std::size_t length = 0; length < block.size(); ++length) {
    EXPECT_NO_THROW(tiff_orientation(bytes_of(block.substr(0, length))));
  }
}

TEST(Exif, OffsetsBeyondTheEndAreSafe) {
  const std::string far = FileBuilder().text("II").little(42, 2).little(0xFFFFFFFF, 4).content();
  EXPECT_EQ(tiff_orientation(bytes_of(far)), 1);
  const std::string many = FileBuilder()
                               .text("II")
                               .little(42, 2)
                               .little(8, 4)
                               .little(1, 2)
                               .little(kOrientationTag, 2)
                               .little(3, 2)
                               .little(0xFFFFFFFF, 4)
                               .little(0xFFFFFFF0, 4)
                               .content();
  EXPECT_EQ(tiff_orientation(bytes_of(many)), 1);
  const std::string big = FileBuilder().text("MM").big(43, 2).big(8, 4).big(UINT64_MAX, 8).content();
  EXPECT_EQ(tiff_orientation(bytes_of(big)), 1);
}

TEST(Exif, ABigTiffIsRead) {
  const std::string file = FileBuilder()
                               .text("MM")
                               .big(43, 2)
                               .big(8, 2)
                               .zeros(2)
                               .big(16, 8)
                               .big(1, 8)
                               .big(kOrientationTag, 2)
                               .big(3, 2)
                               .big(1, 8)
                               .big(8, 2)
                               .zeros(6)
                               .content();
  EXPECT_EQ(tiff_orientation(bytes_of(file)), 8);
}

/// The red channel, a digit a pixel, rows divided by '/'.
std::string drawn(const Image& image) {
  std::string text;
  for (std::size_t pixel = 0; pixel < image.rgb.size() / 3; ++pixel) {
    if (pixel > 0 && pixel % static_cast<std::size_t>(image.width) == 0) {
      text += '/';
    }
    text += static_cast<char>('0' + image.rgb[pixel * 3]);
  }
  return text;
}

TEST(Orient, TurnsAsExifSays) {
  Image image{3, 2, {}};
  for (std::uint8_t pixel = 1; pixel <= 6; ++pixel) {
    image.rgb.insert(image.rgb.end(), {pixel, 0, 0});
  }
  const char* expected[] = {"123/456",  "321/654",  "654/321",  "456/123",
                            "14/25/36", "41/52/63", "63/52/41", "36/25/14"};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(drawn(orient(image, orientation)), expected[orientation - 1]) << orientation;
  }
}

}  // namespace
}  // namespace clip_classify
