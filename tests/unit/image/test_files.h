// Files that tests make by hand, byte by byte, and read from tests/data/images.
#pragma once

#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clip_classify/error.h"
#include "clip_classify/image.h"

namespace clip_classify::test {

/// Bytes put one after the other.
class FileBuilder {
 public:
  FileBuilder& text(std::string_view part) {
    content_ += part;
    return *this;
  }
  FileBuilder& big(std::uint64_t number, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
      content_ += static_cast<char>(number >> shift & 0xFF);
    }
    return *this;
  }
  FileBuilder& little(std::uint64_t number, int size) {
    for (int shift = 0; shift < 8 * size; shift += 8) {
      content_ += static_cast<char>(number >> shift & 0xFF);
    }
    return *this;
  }
  FileBuilder& zeros(std::size_t count) {
    content_.append(count, '\0');
    return *this;
  }
  const std::string& content() const { return content_; }

 private:
  std::string content_;
};

inline std::span<const std::byte> bytes_of(const std::string& content) {
  return std::as_bytes(std::span(content));
}

inline std::string sample(const std::string& name) {
  std::ifstream file(std::string(TEST_DATA_DIR) + "/images/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// "decode: not an image ...", or "" when the content decodes.
inline std::string failure_of(const std::string& content, const DecodeOptions& options = {}) {
  try {
    decode_image(bytes_of(content), options);
  } catch (const Error& error) {
    return error.code() + ": " + error.what();
  }
  return "";
}

/// The headers of pictures of any size, without pixels.
inline std::string png_header(std::uint32_t width, std::uint32_t height) {
  return FileBuilder()
      .text("\x89PNG\r\n\x1A\n")
      .big(13, 4)
      .text("IHDR")
      .big(width, 4)
      .big(height, 4)
      .big(8, 1)
      .big(2, 1)
      .zeros(3)
      .big(0, 4)
      .content();
}

inline std::string jpeg_header(std::uint32_t width, std::uint32_t height) {
  return FileBuilder()
      .big(0xFFD8FFC0, 4)
      .big(17, 2)
      .big(8, 1)
      .big(height, 2)
      .big(width, 2)
      .big(3, 1)
      .big(0x011100021101ULL, 6)
      .big(0x031101, 3)
      .content();
}

inline std::string bmp_header(std::uint32_t width, std::uint32_t height) {
  return FileBuilder()
      .text("BM")
      .little(54, 4)
      .zeros(4)
      .little(54, 4)
      .little(40, 4)
      .little(width, 4)
      .little(height, 4)
      .little(1, 2)
      .little(24, 2)
      .zeros(24)
      .content();
}

inline std::string gif_header(std::uint32_t width, std::uint32_t height) {
  return FileBuilder().text("GIF89a").little(width, 2).little(height, 2).zeros(3).content();
}

inline std::string webp_header(std::uint32_t width, std::uint32_t height) {
  return FileBuilder()
      .text("RIFF")
      .little(22, 4)
      .text("WEBPVP8X")
      .little(10, 4)
      .zeros(4)
      .little(width - 1, 3)
      .little(height - 1, 3)
      .content();
}

/// A TIFF, or an EXIF block, with the given entries of type LONG (SHORT when `type` is 3).
struct Tag {
  std::uint64_t tag;
  std::uint64_t type;
  std::uint64_t value;
};
inline std::string tiff_with(std::initializer_list<Tag> tags) {
  FileBuilder file;
  file.text("II").little(42, 2).little(8, 4).little(tags.size(), 2);
  for (const Tag& tag : tags) {
    file.little(tag.tag, 2).little(tag.type, 2).little(1, 4).little(tag.value, 4);
  }
  return file.little(0, 4).content();
}

inline std::string tiff_header(std::uint32_t width, std::uint32_t height) {
  return tiff_with({{0x100, 4, width}, {0x101, 4, height}});
}

inline std::string jp2_header(std::uint32_t width, std::uint32_t height) {
  return FileBuilder()
      .big(12, 4)
      .text("jP  \r\n\x87\n")
      .big(45, 4)
      .text("jp2h")
      .big(22, 4)
      .text("ihdr")
      .big(height, 4)
      .big(width, 4)
      .content();
}

inline std::string pnm_header(std::uint32_t width, std::uint32_t height) {
  return "P6\n# a comment\n" + std::to_string(width) + " " + std::to_string(height) + "\n255\n";
}

}  // namespace clip_classify::test
