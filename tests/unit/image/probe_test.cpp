#include "image/probe.h"

#include <gtest/gtest.h>

#include "image/decoders.h"
#include "test_files.h"

namespace clip_classify {
namespace {

using namespace test;

using Header = std::string (*)(std::uint32_t, std::uint32_t);
constexpr Header headers[] = {png_header,  jpeg_header, bmp_header, gif_header,
                              webp_header, tiff_header, jp2_header, pnm_header};

TEST(Probe, FindsTheSizeInEveryFormat) {
  for (const Header header : headers) {
    const std::string file = header(640, 427);
    const auto format = detect_format(bytes_of(file));
    ASSERT_TRUE(format.has_value());
    const Dimensions size = probe_dimensions(bytes_of(file), *format);
    EXPECT_EQ(size.width, 640);
    EXPECT_EQ(size.height, 427);
  }
}

TEST(Probe, RefusesAHugePictureFromItsHeaderAlone) {
  for (const Header header : headers) {
    EXPECT_EQ(failure_of(header(60000, 60000)),
              "too_large: 60000x60000 pixels is over the limit of 178956970 (raise it with --max-pixels)");
  }
}

TEST(Probe, TheLimitIsExact) {
  EXPECT_NO_THROW(check_dimensions({10, 10}, 100));
  EXPECT_THROW(check_dimensions({10, 10}, 99), Error);
  EXPECT_THROW(check_dimensions({UINT64_MAX, UINT64_MAX}, 100), Error);
  EXPECT_THROW(check_dimensions({0, 10}, 100), Error);
}

TEST(Probe, EveryCutOfEveryHeaderIsAnErrorAndNoMore) {
  for (const Header header : headers) {
    const std::string file = header(4, 4);
    for (std::size_t length = 0; length < file.size(); ++length) {
      EXPECT_EQ(failure_of(file.substr(0, length)).substr(0, 7), "decode:") << length;
    }
  }
}

TEST(Probe, ABmpWithRowsFromTheTopHasANegativeHeight) {
  const std::string file = bmp_header(3, static_cast<std::uint32_t>(-2));
  EXPECT_EQ(probe_dimensions(bytes_of(file), ImageFormat::bmp).height, 2);
}

TEST(Probe, TheContentTellsTheFormat) {
  EXPECT_FALSE(detect_format({}).has_value());
  EXPECT_FALSE(detect_format(bytes_of("P7\n")).has_value());
  EXPECT_FALSE(detect_format(bytes_of("Personal letter")).has_value());
  EXPECT_FALSE(detect_format(bytes_of("RIFF....WAVE")).has_value());
  EXPECT_EQ(detect_format(bytes_of("P5 1 1 255 x")), ImageFormat::pnm);
  const std::string avif = FileBuilder().big(24, 4).text("ftypavif").zeros(12).content();
  EXPECT_EQ(detect_format(bytes_of(avif)), ImageFormat::heif);
  const std::string video = FileBuilder().big(24, 4).text("ftypisom").zeros(12).content();
  EXPECT_FALSE(detect_format(bytes_of(video)).has_value());
}

}  // namespace
}  // namespace clip_classify
