#include "image/tiff_directory.h"

namespace clip_classify {
namespace {

/// What differs between classic TIFF and BigTIFF.
struct Layout {
  Endian endian;
  std::uint64_t directory;
  int count_size;
  int entry_size;
  int offset_size;
};

std::optional<Layout> read_layout(Bytes tiff) {
  if (!has_at(tiff, 0, "II") && !has_at(tiff, 0, "MM")) {
    return std::nullopt;
  }
  const Endian endian = has_at(tiff, 0, "II") ? Endian::little : Endian::big;
  const auto version = read_number(tiff, 2, 2, endian);
  if (version != 42U && version != 43U) {
    return std::nullopt;
  }
  const bool big = version == 43U;
  const auto directory = read_number(tiff, big ? 8 : 4, big ? 8 : 4, endian);
  if (!directory) {
    return std::nullopt;
  }
  return big ? Layout{endian, *directory, 8, 20, 8} : Layout{endian, *directory, 2, 12, 4};
}

/// Bytes of a value of an unsigned integer type (BYTE, SHORT, LONG, LONG8); 0 for other types.
int size_of_type(std::uint64_t type) {
  switch (type) {
    case 1:
      return 1;
    case 3:
      return 2;
    case 4:
      return 4;
    case 16:
      return 8;
    default:
      return 0;
  }
}

}  // namespace

std::optional<TiffEntry> find_tiff_entry(Bytes tiff, std::uint64_t tag) {
  const auto layout = read_layout(tiff);
  if (!layout) {
    return std::nullopt;
  }
  const Bytes directory = slice(tiff, layout->directory);
  const auto entry_size = static_cast<std::uint64_t>(layout->entry_size);
  const auto entries = read_number(directory, 0, layout->count_size, layout->endian).value_or(0);
  for (std::uint64_t index = 0; index < entries; ++index) {
    const Bytes entry = slice(directory, static_cast<std::uint64_t>(layout->count_size) + index * entry_size);
    if (entry.size() < entry_size) {
      break;
    }
    if (read_number(entry, 0, 2, layout->endian) != tag) {
      continue;
    }
    const int size = size_of_type(read_number(entry, 2, 2, layout->endian).value_or(0));
    const auto count = read_number(entry, 4, layout->offset_size, layout->endian).value_or(0);
    if (size == 0 || count == 0) {
      return std::nullopt;
    }
    const auto field = static_cast<std::uint64_t>(entry.data() - tiff.data()) + 4 +
                       static_cast<std::uint64_t>(layout->offset_size);
    const bool inside = count <= static_cast<std::uint64_t>(layout->offset_size / size);
    const auto place =
        inside ? std::optional(field) : read_number(tiff, field, layout->offset_size, layout->endian);
    const auto value = place ? read_number(tiff, *place, size, layout->endian) : std::nullopt;
    return value ? std::optional(TiffEntry{*value, *place, size, layout->endian}) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace clip_classify
