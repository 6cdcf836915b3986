#include "image/opencv_module.h"

#include <dlfcn.h>

#include <filesystem>

#include "clip_classify/error.h"
#include "image/decoders.h"

namespace clip_classify {
namespace {

/// Beside this library, as built, or in its folder, as installed. (By a bare name it would be found along
/// this library's run path, but not under AddressSanitizer, which calls dlopen in our place.) It stays
/// loaded.
void* load_library() {
  Dl_info self{};
  dladdr(reinterpret_cast<const void*>(&decode_with_opencv), &self);
  const auto folder = std::filesystem::path(self.dli_fname).parent_path();
  void* library = dlopen((folder / "libclip_classify_opencv.so").c_str(), RTLD_NOW | RTLD_LOCAL);
  const auto installed = folder / "clip-classify/libclip_classify_opencv.so";
  return library == nullptr ? dlopen(installed.c_str(), RTLD_NOW | RTLD_LOCAL) : library;
}

const OpenCvModule& opencv_module() {
  static const auto* const module = [] {
    void* library = load_library();
    const void* symbol = library == nullptr ? nullptr : dlsym(library, kOpenCvModule);
    if (symbol == nullptr) {
      const char* reason = dlerror();
      throw input_error("unsupported", std::string("OpenCV's decoders can't be loaded (") +
                                           (reason == nullptr ? "no reason" : reason) +
                                           "); install clip-classify again");
    }
    return static_cast<const OpenCvModule*>(symbol);
  }();
  return *module;
}

}  // namespace

Image decode_with_opencv(Bytes file, const DecodeOptions& options) {
  return opencv_module().decode(file, options);
}

int draw_text(Image* image, const std::string& text, int x, int y, int height) {
  return opencv_module().draw_text(image, text, x, y, height);
}

std::string opencv_version() {
  return opencv_module().version();
}

}  // namespace clip_classify
