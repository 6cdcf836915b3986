#include "image/thumbnail.h"

#include <gtest/gtest.h>

#include <string>

#include "image/jpeg_writer.h"
#include "test_files.h"

namespace clip_classify {
namespace {

using namespace test;

Image thumbnail_of(const std::string& name, int side, const DecodeOptions& options = {}) {
  return make_thumbnail(bytes_of(sample(name)), side, options);
}

Image plain_image(int width, int height) {
  Image image{width, height, {}};
  for (int pixel = 0; pixel < width * height; ++pixel) {
    image.rgb.insert(image.rgb.end(), {200, 100, 50});
  }
  return image;
}

TEST(Thumbnail, IsTheWholePictureInItsProportions) {
  for (const std::string name : {"quadrants.jpg", "quadrants.png", "quadrants.webp", "quadrants.gif",
                                 "quadrants.bmp", "quadrants.tif", "progressive.jpg", "cmyk.jpg"}) {
    const auto whole = decode_image(bytes_of(sample(name)));
    const auto longer = std::max(whole.width, whole.height);
    const int side = longer / 2;
    const auto small = thumbnail_of(name, side);
    const double scale = static_cast<double>(side) / longer;
    EXPECT_NEAR(small.width, whole.width * scale, 0.5) << name;
    EXPECT_NEAR(small.height, whole.height * scale, 0.5) << name;
    for (const int corner : {0, 1}) {  // top left, bottom right
      const auto at = corner == 0 ? 0 : small.rgb.size() - 3;
      const auto there = corner == 0 ? 0 : whole.rgb.size() - 3;
      for (std::size_t channel = 0; channel < 3; ++channel) {
        EXPECT_NEAR(small.rgb[at + channel], whole.rgb[there + channel], 12) << name;
      }
    }
  }
}

TEST(Thumbnail, IsTurnedUnlessAskedNotTo) {
  const auto upright = decode_image(bytes_of(sample("turned.jpg")));
  const auto stored = decode_image(bytes_of(sample("turned.jpg")), {.apply_exif = false});
  const auto turned = thumbnail_of("turned.jpg", 1000);
  EXPECT_EQ(turned.width, upright.width);
  EXPECT_EQ(turned.height, upright.height);
  const auto as_stored = thumbnail_of("turned.jpg", 1000, {.apply_exif = false});
  EXPECT_EQ(as_stored.width, stored.width);
  EXPECT_EQ(as_stored.height, stored.height);
}

TEST(Thumbnail, IsNeverLargerThanThePictureNorEmpty) {
  const auto whole = decode_image(bytes_of(sample("quadrants.png")));
  const auto same = thumbnail_of("quadrants.png", 1024);
  EXPECT_EQ(same.rgb, whole.rgb);
  const auto strip = encode_jpeg(plain_image(2000, 3), 90);
  const auto small = make_thumbnail(bytes_of(strip), 100, {});
  EXPECT_EQ(small.width, 100);
  EXPECT_EQ(small.height, 1);
}

TEST(Thumbnail, RefusesWhatIsNoPicture) {
  EXPECT_THROW(make_thumbnail(bytes_of(std::string("no picture")), 100, {}), Error);
  EXPECT_THROW(thumbnail_of("quadrants.png", 100, {.max_pixels = 10}), Error);
}

TEST(JpegWriter, IsReadBack) {
  const auto jpeg = encode_jpeg(plain_image(33, 17), 90);
  const auto back = decode_image(bytes_of(jpeg));
  EXPECT_EQ(back.width, 33);
  EXPECT_EQ(back.height, 17);
  EXPECT_NEAR(back.rgb[0], 200, 3);
  EXPECT_NEAR(back.rgb[1], 100, 3);
  EXPECT_NEAR(back.rgb[2], 50, 3);
  EXPECT_LT(encode_jpeg(plain_image(300, 200), 50).size(), 3000U);
}

TEST(JpegWriter, RefusesWhatAJpegCanNotBe) {
  EXPECT_THROW(encode_jpeg(Image{0, 0, {}}, 80), Error);
  EXPECT_THROW(encode_jpeg(plain_image(70000, 1), 80), Error);
}

}  // namespace
}  // namespace clip_classify
