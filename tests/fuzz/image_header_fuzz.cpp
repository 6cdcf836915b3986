// Any bytes as an image file: what is read of its header before a decoder sees it.
#include <cstdint>
#include <cstdlib>

#include "clip_classify/error.h"
#include "image/exif.h"
#include "image/probe.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clip_classify;
  const Bytes file = std::as_bytes(std::span(data, size));
  const auto format = detect_format(file);
  if (!format) return 0;
  try {
    probe_dimensions(file, *format);
  } catch (const Error&) {
  }
  const int orientation = exif_orientation(file, *format);
  if (orientation < 1 || orientation > 8) std::abort();
  return 0;
}
