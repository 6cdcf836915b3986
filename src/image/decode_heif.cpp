// HEIC and AVIF through libheif; only in builds that found it.
#include <libheif/heif.h>

#include <algorithm>
#include <memory>

#include "image/decoders.h"

namespace clip_classify {
namespace {

template <auto release>
struct Release {
  template <typename Object>
  void operator()(Object* object) const {
    release(object);
  }
};
using Context = std::unique_ptr<heif_context, Release<heif_context_free>>;
using Handle = std::unique_ptr<heif_image_handle, Release<heif_image_handle_release>>;
using Picture = std::unique_ptr<heif_image, Release<heif_image_release>>;

void check(const heif_error& error) {
  if (error.code == heif_error_Ok) {
    return;
  }
  std::string message = error.message == nullptr ? "libheif can't read it" : error.message;
  if (error.code == heif_error_Unsupported_feature || error.code == heif_error_Unsupported_filetype) {
    throw input_error("unsupported", message);
  }
  throw damaged(message);
}

}  // namespace

Image decode_heif(Bytes file, const DecodeOptions& options) {
  const Context context(heif_context_alloc());
  check(heif_context_read_from_memory_without_copy(context.get(), file.data(), file.size(), nullptr));
  heif_image_handle* primary = nullptr;
  check(heif_context_get_primary_image_handle(context.get(), &primary));
  const Handle handle(primary);
  check_dimensions({static_cast<std::uint64_t>(heif_image_handle_get_width(handle.get())),
                    static_cast<std::uint64_t>(heif_image_handle_get_height(handle.get()))},
                   options.max_pixels);
  const bool has_alpha = heif_image_handle_has_alpha_channel(handle.get()) != 0;
  heif_image* decoded = nullptr;
  check(heif_decode_image(handle.get(), &decoded, heif_colorspace_RGB,
                          has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, nullptr));
  const Picture picture(decoded);
  int stride = 0;
  const std::uint8_t* plane = heif_image_get_plane_readonly(picture.get(), heif_channel_interleaved, &stride);
  Image image{heif_image_get_width(picture.get(), heif_channel_interleaved),
              heif_image_get_height(picture.get(), heif_channel_interleaved),
              {}};
  if (plane == nullptr || image.width <= 0 || image.height <= 0) {
    throw damaged("no picture in the file");
  }
  const auto width = static_cast<std::size_t>(image.width);
  image.rgb.resize(width * static_cast<std::size_t>(image.height) * 3);
  for (int row = 0; row < image.height; ++row) {
    const std::uint8_t* source = plane + static_cast<std::ptrdiff_t>(row) * stride;
    std::uint8_t* target = image.rgb.data() + static_cast<std::size_t>(row) * width * 3;
    if (has_alpha) {
      drop_alpha(source, target, width, options.alpha);
    } else {
      std::copy_n(source, width * 3, target);
    }
  }
  return image;
}

}  // namespace clip_classify
