#include "image/opencv_module.h"

#include <dlfcn.h>

#include "clip_classify/error.h"
#include "image/decoders.h"

namespace clip_classify {
namespace {

/// Searched for along this library's run path. It stays loaded.
const OpenCvModule& opencv_module() {
  static const auto* const module = [] {
    void* library = dlopen("libclip_classify_opencv.so", RTLD_NOW | RTLD_LOCAL);
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

std::string opencv_version() {
  return opencv_module().version();
}

}  // namespace clip_classify
