// Decodes images and prints what the library makes of them, for tests/parity/pixels_test.py.
//
//   dump_pixels decode PATH                       -> "WIDTH HEIGHT\n", then RGB bytes
//   dump_pixels SHORTEST|squash W H FILTER PATH   -> the same, by decode_resized
//
// FILTER is bicubic or bilinear, with "-plain" for no antialiasing. Environment: ALPHA=white, EXIF=off,
// REDUCE=on.
#include <cstdlib>
#include <iostream>
#include <string>

#include "clip_classify/error.h"
#include "clip_classify/image.h"
#include "clip_classify/input.h"

namespace {

using namespace clip_classify;

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

ImageSpec spec_from(char** words) {
  const std::string resize = words[0];
  const std::string filter = words[3];
  ImageSpec spec;
  spec.resize = resize == "squash" ? ImageSpec::Resize::squash : ImageSpec::Resize::shortest;
  spec.resize_size = resize == "squash" ? 0 : std::stoi(resize);
  spec.width = std::stoi(words[1]);
  spec.height = std::stoi(words[2]);
  spec.interpolation =
      filter.starts_with("bicubic") ? ImageSpec::Interpolation::bicubic : ImageSpec::Interpolation::bilinear;
  spec.antialias = !filter.ends_with("-plain");
  return spec;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 6) {
    std::cerr << "usage: dump_pixels decode PATH | dump_pixels SHORTEST|squash W H FILTER PATH\n";
    return 2;
  }
  try {
    DecodeOptions options;
    options.apply_exif = setting("EXIF") != "off";
    options.alpha = setting("ALPHA") == "white" ? Alpha::white : Alpha::drop;
    options.reduce = setting("REDUCE") == "on";
    const std::vector<std::byte> file = read_bytes(argv[argc - 1]);
    const Image image =
        argc == 6 ? decode_resized(file, spec_from(argv + 1), options) : decode_image(file, options);
    std::cout << image.width << ' ' << image.height << '\n';
    std::cout.write(reinterpret_cast<const char*>(image.rgb.data()),
                    static_cast<std::streamsize>(image.rgb.size()));
  } catch (const Error& error) {
    std::cerr << error.code() << ": " << error.what() << '\n';
    return 1;
  }
}
