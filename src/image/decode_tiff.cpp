// TIFF through OpenCV, without the two things it (or libtiff under it) does on its own.
#include "image/decoders.h"
#include "image/tiff_directory.h"

namespace clip_classify {
namespace {

constexpr std::uint64_t kExtraSamplesTag = 0x0152;
constexpr std::uint64_t kPremultiplied = 1;
constexpr std::uint64_t kNotPremultiplied = 2;

void write_number(std::vector<std::byte>& file, const TiffEntry& entry, std::uint64_t number) {
  for (int index = 0; index < entry.value_size; ++index) {
    const int place = entry.endian == Endian::little ? index : entry.value_size - 1 - index;
    file[entry.value_offset + static_cast<std::uint64_t>(place)] =
        static_cast<std::byte>(number >> 8 * index);
  }
}

}  // namespace

Image decode_tiff(Bytes file, const DecodeOptions& options) {
  // OpenCV turns the picture whatever its flags say, and libtiff multiplies colours by their alpha. With the
  // orientation "as stored", and with colours said to be multiplied already, both leave the pixels alone.
  const auto orientation = find_tiff_entry(file, kOrientationTag);
  const auto extra = find_tiff_entry(file, kExtraSamplesTag);
  const bool turned = orientation && orientation->value != 1;
  const bool with_alpha = extra && extra->value == kNotPremultiplied;
  if (!turned && !with_alpha) {
    return decode_with_opencv(file, options);
  }
  std::vector<std::byte> patched(file.begin(), file.end());
  if (turned) {
    write_number(patched, *orientation, 1);
  }
  if (with_alpha) {
    write_number(patched, *extra, kPremultiplied);
  }
  return decode_with_opencv(patched, options);
}

}  // namespace clip_classify
