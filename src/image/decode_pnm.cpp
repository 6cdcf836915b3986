// PBM, PGM and PPM, scaled from any largest value (OpenCV leaves values of a smaller range dark).
#include <cctype>

#include "image/decoders.h"
#include "image/pnm_header.h"

namespace clip_classify {
namespace {

bool is_space(std::uint64_t byte) {
  return byte < 128 && std::isspace(static_cast<int>(byte)) != 0;
}
bool is_digit(std::uint64_t byte) {
  return byte >= '0' && byte <= '9';
}

/// Moves over white space and comments.
void skip_blank(Bytes file, std::uint64_t& position) {
  while (const auto byte = read_number(file, position, 1, Endian::big)) {
    if (*byte == '#') {
      while (position < file.size() && file[position] != std::byte{'\n'}) {
        ++position;
      }
    } else if (is_space(*byte)) {
      ++position;
    } else {
      break;
    }
  }
}

/// Samples of the raster, one after the other.
class Samples {
 public:
  Samples(Bytes file, const PnmHeader& header) : file_(file), header_(header), position_(header.data) {}

  std::uint64_t next() {
    const auto sample = header_.is_bitmap() ? bit() : value();
    if (!sample) {
      throw input_error("decode", "damaged: the file is truncated");
    }
    return *sample < header_.max_value ? *sample : header_.max_value;
  }

  void end_row() { bits_left_ = 0; }

 private:
  std::optional<std::uint64_t> value() {
    if (header_.is_text()) {
      return read_pnm_number(file_, position_);
    }
    const int size = header_.max_value > 255 ? 2 : 1;
    const auto number = read_number(file_, position_, size, Endian::big);
    position_ += static_cast<std::uint64_t>(size);
    return number;
  }

  /// 1 is black in the file; here it is white.
  std::optional<std::uint64_t> bit() {
    if (header_.is_text()) {
      skip_blank(file_, position_);
      const auto digit = read_number(file_, position_++, 1, Endian::big);
      return digit == '0' || digit == '1' ? std::optional('1' - *digit) : std::nullopt;
    }
    if (bits_left_ == 0) {
      const auto byte = read_number(file_, position_++, 1, Endian::big);
      if (!byte) {
        return std::nullopt;
      }
      bits_ = *byte;
      bits_left_ = 8;
    }
    return 1 - (bits_ >> --bits_left_ & 1);
  }

  Bytes file_;
  const PnmHeader& header_;
  std::uint64_t position_;
  std::uint64_t bits_ = 0;
  int bits_left_ = 0;
};

}  // namespace

std::optional<std::uint64_t> read_pnm_number(Bytes file, std::uint64_t& position) {
  skip_blank(file, position);
  std::optional<std::uint64_t> number;
  constexpr std::uint64_t largest = UINT32_MAX;
  while (const auto byte = read_number(file, position, 1, Endian::big)) {
    if (!is_digit(*byte) || number.value_or(0) > largest) {
      break;
    }
    number = number.value_or(0) * 10 + (*byte - '0');
    ++position;
  }
  return number;
}

std::optional<PnmHeader> read_pnm_header(Bytes file) {
  PnmHeader header;
  header.kind = static_cast<int>(read_number(file, 1, 1, Endian::big).value_or('0') - '0');
  std::uint64_t position = 2;
  const auto width = read_pnm_number(file, position);
  const auto height = read_pnm_number(file, position);
  const auto max_value =
      header.is_bitmap() ? std::optional<std::uint64_t>(1) : read_pnm_number(file, position);
  if (!width || !height || !max_value || *max_value == 0 || *max_value > 65535) {
    return std::nullopt;
  }
  header.width = *width;
  header.height = *height;
  header.max_value = *max_value;
  header.data = position + 1;
  return header;
}

Image decode_pnm(Bytes file) {
  const auto header = read_pnm_header(file);
  if (!header) {
    throw damaged("its header can't be read");
  }
  // The smallest that a sample can take in the file, so that a short file is refused before memory is taken.
  const std::uint64_t samples =
      header->width * header->height * static_cast<std::uint64_t>(header->channels());
  if (samples / (header->is_bitmap() ? 8 : 1) > file.size()) {
    throw input_error("decode", "damaged: the file is truncated");
  }
  Image image{static_cast<int>(header->width), static_cast<int>(header->height), {}};
  image.rgb.reserve(header->width * header->height * 3);
  Samples source(file, *header);
  const auto scaled = [&] {
    return static_cast<std::uint8_t>((source.next() * 255 + header->max_value / 2) / header->max_value);
  };
  for (std::uint64_t row = 0; row < header->height; ++row) {
    for (std::uint64_t column = 0; column < header->width; ++column) {
      const std::uint8_t first = scaled();
      image.rgb.push_back(first);
      image.rgb.push_back(header->channels() == 3 ? scaled() : first);
      image.rgb.push_back(header->channels() == 3 ? scaled() : first);
    }
    source.end_row();
  }
  return image;
}

}  // namespace clip_classify
