#include "image/probe.h"

#include <array>
#include <cctype>
#include <cstdlib>

#include "clip_classify/error.h"
#include "image/chunks.h"
#include "image/jpeg_markers.h"
#include "image/pnm_header.h"
#include "image/tiff_directory.h"

namespace clip_classify {
namespace {

using namespace std::string_view_literals;

bool is_heif(Bytes file) {
  if (!has_at(file, 4, "ftyp")) {
    return false;
  }
  constexpr std::array brands = std::to_array<std::string_view>(
      {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "mif2", "msf1", "avif", "avis", "avio"});
  for (const std::string_view brand : brands) {
    if (has_at(file, 8, brand)) {
      return true;
    }
  }
  return false;
}

std::optional<Dimensions> pair_at(Bytes file, std::uint64_t offset, int size, Endian endian) {
  const auto width = read_number(file, offset, size, endian);
  const auto height = read_number(file, offset + static_cast<std::uint64_t>(size), size, endian);
  return width && height ? std::optional(Dimensions{*width, *height}) : std::nullopt;
}

std::optional<Dimensions> jpeg_dimensions(Bytes file) {
  std::optional<Dimensions> found;
  walk_jpeg_markers(file, [&](int marker, Bytes payload) {
    const bool start_of_frame =
        marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (start_of_frame) {
      found = pair_at(payload, 1, 2, Endian::big);
      if (found) {
        std::swap(found->width, found->height);
      }
    }
    return start_of_frame;
  });
  return found;
}

std::optional<Dimensions> webp_chunk_dimensions(std::string_view name, Bytes payload) {
  if (name == "VP8X") {
    const auto width = read_number(payload, 4, 3, Endian::little);
    const auto height = read_number(payload, 7, 3, Endian::little);
    return width && height ? std::optional(Dimensions{*width + 1, *height + 1}) : std::nullopt;
  }
  if (name == "VP8 ") {
    const auto size = pair_at(payload, 6, 2, Endian::little);
    return size ? std::optional(Dimensions{size->width & 0x3FFF, size->height & 0x3FFF}) : std::nullopt;
  }
  const auto bits = read_number(payload, 1, 4, Endian::little);
  return bits ? std::optional(Dimensions{(*bits & 0x3FFF) + 1, (*bits >> 14 & 0x3FFF) + 1}) : std::nullopt;
}

/// The largest that any chunk claims: decoders look at the bitstream, too.
std::optional<Dimensions> webp_dimensions(Bytes file) {
  std::optional<Dimensions> largest;
  walk_riff_chunks(slice(file, 12), [&](std::string_view name, Bytes payload) {
    if (name == "VP8X" || name == "VP8 " || name == "VP8L") {
      const auto found = webp_chunk_dimensions(name, payload);
      if (found && (!largest || found->width * found->height > largest->width * largest->height)) {
        largest = found;
      }
    }
    return false;
  });
  return largest;
}

std::optional<Dimensions> tiff_dimensions(Bytes file) {
  const auto width = find_tiff_entry(file, 0x0100);
  const auto height = find_tiff_entry(file, 0x0101);
  return width && height ? std::optional(Dimensions{width->value, height->value}) : std::nullopt;
}

std::optional<Dimensions> bmp_dimensions(Bytes file) {
  constexpr std::uint64_t old_header_size = 12;
  if (read_number(file, 14, 4, Endian::little) == old_header_size) {
    return pair_at(file, 18, 2, Endian::little);
  }
  const auto size = pair_at(file, 18, 4, Endian::little);
  if (!size) {
    return std::nullopt;
  }
  // Both are signed; a negative height says that the rows go from top to bottom.
  const auto magnitude = [](std::uint64_t number) {
    return static_cast<std::uint64_t>(
        std::llabs(static_cast<std::int32_t>(static_cast<std::uint32_t>(number))));
  };
  return Dimensions{magnitude(size->width), magnitude(size->height)};
}

std::optional<Dimensions> jpeg2000_dimensions(Bytes file) {
  if (has_at(file, 0, "\xFF\x4F\xFF\x51")) {
    const auto right = pair_at(file, 8, 4, Endian::big);
    const auto left = pair_at(file, 16, 4, Endian::big);
    if (!right || !left || right->width < left->width || right->height < left->height) {
      return std::nullopt;
    }
    return Dimensions{right->width - left->width, right->height - left->height};
  }
  // The JP2 container: the image header box is the first one in the "jp2h" box. Whatever other boxes claim,
  // the codestream's own size is what gets decoded, so the larger of the two counts.
  std::optional<Dimensions> largest;
  const std::string_view text = as_text(file);
  const std::size_t header = text.find("ihdr");
  const std::size_t stream = text.find("\xFF\x4F\xFF\x51"sv);
  if (header != std::string_view::npos) {
    largest = pair_at(file, header + 4, 4, Endian::big);
    if (largest) {
      std::swap(largest->width, largest->height);
    }
  }
  const auto inner =
      stream == std::string_view::npos ? std::nullopt : jpeg2000_dimensions(slice(file, stream));
  if (inner && (!largest || inner->width * inner->height > largest->width * largest->height)) {
    largest = inner;
  }
  return largest;
}

std::optional<Dimensions> find_dimensions(Bytes file, ImageFormat format) {
  switch (format) {
    case ImageFormat::jpeg:
      return jpeg_dimensions(file);
    case ImageFormat::png:
      return pair_at(file, 16, 4, Endian::big);
    case ImageFormat::webp:
      return webp_dimensions(file);
    case ImageFormat::tiff:
      return tiff_dimensions(file);
    case ImageFormat::bmp:
      return bmp_dimensions(file);
    case ImageFormat::pnm: {
      const auto header = read_pnm_header(file);
      return header ? std::optional(Dimensions{header->width, header->height}) : std::nullopt;
    }
    case ImageFormat::jpeg2000:
      return jpeg2000_dimensions(file);
    case ImageFormat::gif:
      return pair_at(file, 6, 2, Endian::little);
    case ImageFormat::heif:
      return Dimensions{};
  }
  return std::nullopt;
}

}  // namespace

std::optional<ImageFormat> detect_format(Bytes file) {
  if (has_at(file, 0, "\xFF\xD8\xFF")) {
    return ImageFormat::jpeg;
  }
  if (has_at(file, 0, "\x89PNG\r\n\x1A\n")) {
    return ImageFormat::png;
  }
  if (has_at(file, 0, "RIFF") && has_at(file, 8, "WEBP")) {
    return ImageFormat::webp;
  }
  if (has_at(file, 0, "II*\0"sv) || has_at(file, 0, "MM\0*"sv) || has_at(file, 0, "II+\0"sv) ||
      has_at(file, 0, "MM\0+"sv)) {
    return ImageFormat::tiff;
  }
  if (has_at(file, 0, "BM")) {
    return ImageFormat::bmp;
  }
  if (has_at(file, 0, "GIF87a") || has_at(file, 0, "GIF89a")) {
    return ImageFormat::gif;
  }
  if (has_at(file, 0, "\0\0\0\x0CjP  \r\n\x87\n"sv) || has_at(file, 0, "\xFF\x4F\xFF\x51")) {
    return ImageFormat::jpeg2000;
  }
  if (is_heif(file)) {
    return ImageFormat::heif;
  }
  const std::string_view start = as_text(slice(file, 0, 3));
  if (start.size() == 3 && start[0] == 'P' && start[1] >= '1' && start[1] <= '6' &&
      (std::isspace(static_cast<unsigned char>(start[2])) != 0 || start[2] == '#')) {
    return ImageFormat::pnm;
  }
  return std::nullopt;
}

Dimensions probe_dimensions(Bytes file, ImageFormat format) {
  const auto found = find_dimensions(file, format);
  if (!found) {
    throw input_error("decode", "damaged: the header does not give the size of the picture");
  }
  return *found;
}

}  // namespace clip_classify
