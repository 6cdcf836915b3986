#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "test_files.h"

namespace clip_classify {
namespace {

using namespace test;

ImageSpec spec_of(ImageSpec::Resize resize, int side) {
  ImageSpec spec;
  spec.resize = resize;
  spec.resize_size = spec.width = spec.height = side;
  spec.std = {1, 1, 1};
  return spec;
}

std::string photo(const std::string& name) {
  return sample("../photos/" + name);
}

/// The JPEG with an EXIF orientation in front.
std::string turned(const std::string& jpeg, std::uint64_t orientation) {
  const std::string exif = std::string("Exif\0\0", 6) + tiff_with({{0x112, 3, orientation}});
  return jpeg.substr(0, 2) + FileBuilder().big(0xFFE1, 2).big(exif.size() + 2, 2).text(exif).content() +
         jpeg.substr(2);
}

DecodeOptions reduced() {
  DecodeOptions options;
  options.reduce = true;
  return options;
}

double mean_difference(const Image& a, const Image& b) {
  EXPECT_EQ(a.rgb.size(), b.rgb.size());
  double sum = 0.0;
  for (std::size_t index = 0; index < a.rgb.size(); ++index) {
    sum += std::abs(int{a.rgb[index]} - int{b.rgb[index]});
  }
  return sum / static_cast<double>(a.rgb.size());
}

TEST(DecodeResized, IsWhatDecodingAndResizingGive) {
  for (const char* name :
       {"../photos/astronaut.jpg", "../photos/coffee.jpg", "../photos/photographer.jpg", "progressive.jpg",
        "cmyk.jpg", "gray.jpg", "turned.jpg", "turned.tif", "alpha.png", "quadrants.webp", "quadrants.gif"}) {
    const std::string file = sample(name);
    for (const ImageSpec& spec :
         {spec_of(ImageSpec::Resize::shortest, 64), spec_of(ImageSpec::Resize::squash, 100)}) {
      EXPECT_EQ(decode_resized(bytes_of(file), spec).rgb,
                resize_and_crop(decode_image(bytes_of(file)), spec).rgb)
          << name;
    }
  }
}

TEST(DecodeResized, EveryOrientationOfAPhotoIsTurnedBeforeTheCrop) {
  ImageSpec spec = spec_of(ImageSpec::Resize::shortest, 100);
  spec.width = 91;
  spec.height = 60;
  for (std::uint64_t orientation = 1; orientation <= 8; ++orientation) {
    const std::string file = turned(photo("coffee.jpg"), orientation);
    const Image whole = resize_and_crop(decode_image(bytes_of(file)), spec);
    EXPECT_EQ(decode_resized(bytes_of(file), spec).rgb, whole.rgb) << orientation;
    EXPECT_LT(mean_difference(decode_resized(bytes_of(file), spec, reduced()), whole), 1.5) << orientation;
  }
}

TEST(DecodeResized, AReducedPhotoLooksTheSame) {
  for (const char* name : {"astronaut.jpg", "cat.jpg", "coffee.jpg", "rocket.jpg"}) {
    const std::string file = photo(name);
    for (const int side : {20, 32, 64, 128}) {
      const ImageSpec spec = spec_of(ImageSpec::Resize::shortest, side);
      const Image exact = decode_resized(bytes_of(file), spec);
      const Image fast = decode_resized(bytes_of(file), spec, reduced());
      EXPECT_LT(mean_difference(fast, exact), 1.5) << name << ' ' << side;
    }
    const ImageSpec large = spec_of(ImageSpec::Resize::shortest, 224);
    EXPECT_EQ(decode_resized(bytes_of(file), large, reduced()).rgb, decode_resized(bytes_of(file), large).rgb)
        << "too small to be reduced";
  }
}

TEST(DecodeResized, OtherFormatsAreNotReduced) {
  const ImageSpec spec = spec_of(ImageSpec::Resize::shortest, 2);
  for (const char* name : {"quadrants.png", "quadrants.webp", "quadrants.tif", "quadrants.bmp"}) {
    const std::string file = sample(name);
    EXPECT_EQ(decode_resized(bytes_of(file), spec, reduced()).rgb, decode_resized(bytes_of(file), spec).rgb);
  }
}

TEST(DecodeResized, OddJpegsAreReducedToo) {
  const ImageSpec spec = spec_of(ImageSpec::Resize::shortest, 2);
  for (const char* name : {"progressive.jpg", "cmyk.jpg", "gray.jpg", "turned.jpg"}) {
    const std::string file = sample(name);
    const Image exact = decode_resized(bytes_of(file), spec);
    EXPECT_LT(mean_difference(decode_resized(bytes_of(file), spec, reduced()), exact), 6.0) << name;
  }
}

TEST(DecodeResized, ATruncatedOrDamagedJpegIsAnErrorAtAnySize) {
  for (const char* name : {"../photos/coffee.jpg", "../photos/rocket.jpg", "progressive.jpg", "cmyk.jpg"}) {
    const std::string file = sample(name);
    for (const DecodeOptions& options : {DecodeOptions{}, reduced()}) {
      for (const int side : {2, 40}) {
        for (const std::size_t missing : {file.size() / 2, file.size() / 10, std::size_t{20}}) {
          try {
            decode_resized(bytes_of(file.substr(0, file.size() - missing)),
                           spec_of(ImageSpec::Resize::shortest, side), options);
            ADD_FAILURE() << name << " without " << missing << " bytes";
          } catch (const Error& error) {
            EXPECT_STREQ(error.what(), "not an image, or damaged: the file is truncated") << name;
          }
        }
      }
    }
  }
}

TEST(DecodeResized, LimitsAreThoseOfTheWholePicture) {
  DecodeOptions options = reduced();
  options.max_pixels = 1000;
  try {
    decode_resized(bytes_of(photo("coffee.jpg")), spec_of(ImageSpec::Resize::shortest, 8), options);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "too_large");
  }
}

TEST(DecodingMemory, IsToldFromTheHeader) {
  EXPECT_EQ(decoding_memory(bytes_of(png_header(4000, 3000))), 4000U * 3000 * 7);
  EXPECT_LT(decoding_memory(bytes_of(jpeg_header(4000, 3000))), 1U << 20);
  const std::string progressive = sample("progressive.jpg");
  EXPECT_GT(decoding_memory(bytes_of(progressive)), 0U);
  EXPECT_EQ(decoding_memory(bytes_of("not an image")), 0U);
  EXPECT_EQ(decoding_memory(bytes_of(png_header(0, 3000).substr(0, 12))), 0U);
}

}  // namespace
}  // namespace clip_classify
