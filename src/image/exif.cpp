#include "image/exif.h"

#include "image/chunks.h"
#include "image/jpeg_markers.h"
#include "image/tiff_directory.h"

namespace clip_classify {
namespace {

constexpr std::string_view kExifPrefix("Exif\0\0", 6);

/// An EXIF block with or without the prefix that only JPEG asks for.
int block_orientation(Bytes block) {
  return tiff_orientation(has_at(block, 0, kExifPrefix) ? slice(block, kExifPrefix.size()) : block);
}

int jpeg_orientation(Bytes file) {
  int orientation = 1;
  walk_jpeg_markers(file, [&](int marker, Bytes payload) {
    if (marker != 0xE1 || !has_at(payload, 0, kExifPrefix)) {
      return false;
    }
    orientation = block_orientation(payload);
    return true;
  });
  return orientation;
}

int png_orientation(Bytes file) {
  int orientation = 1;
  walk_png_chunks(file, [&](std::string_view name, Bytes payload) {
    if (name == "eXIf") {
      orientation = block_orientation(payload);
    }
    return name == "eXIf";
  });
  return orientation;
}

int webp_orientation(Bytes file) {
  int orientation = 1;
  walk_riff_chunks(slice(file, 12), [&](std::string_view name, Bytes payload) {
    if (name == "EXIF") {
      orientation = block_orientation(payload);
    }
    return name == "EXIF";
  });
  return orientation;
}

}  // namespace

int tiff_orientation(Bytes tiff) {
  const auto entry = find_tiff_entry(tiff, kOrientationTag);
  return entry && entry->value >= 1 && entry->value <= 8 ? static_cast<int>(entry->value) : 1;
}

int exif_orientation(Bytes file, ImageFormat format) {
  switch (format) {
    case ImageFormat::jpeg:
      return jpeg_orientation(file);
    case ImageFormat::png:
      return png_orientation(file);
    case ImageFormat::webp:
      return webp_orientation(file);
    case ImageFormat::tiff:
      return tiff_orientation(file);
    default:
      return 1;
  }
}

}  // namespace clip_classify
