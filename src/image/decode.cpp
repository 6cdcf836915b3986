// From a file's bytes to the decoder of its format.
#include <algorithm>

#include "clip_classify/image.h"
#include "image/decoders.h"
#include "image/exif.h"
#include "image/jpeg_reader.h"
#include "image/orient.h"
#include "image/resize.h"

namespace clip_classify {
namespace {

Image decode_as(ImageFormat format, Bytes file, const DecodeOptions& options) {
  switch (format) {
    case ImageFormat::jpeg:
      return decode_jpeg(file, options);
    case ImageFormat::png:
      return decode_png(file, options);
    case ImageFormat::webp:
      return decode_webp(file, options);
    case ImageFormat::tiff:
      return decode_tiff(file, options);
    case ImageFormat::pnm:
      return decode_pnm(file);
    case ImageFormat::gif:
      return decode_gif(file, options);
    case ImageFormat::bmp:
    case ImageFormat::jpeg2000:
      return decode_with_opencv(file, options);
    case ImageFormat::heif:
#ifdef CLIP_CLASSIFY_HEIF
      return decode_heif(file, options);
#else
      throw input_error("unsupported", "HEIC and AVIF need a build with libheif");
#endif
  }
  throw damaged("unknown format");
}

Image resize_jpeg(Bytes file, int orientation, const ImageSpec& spec, const DecodeOptions& options) {
  JpegReader reader(file, options.max_pixels);
  Stored stored{reader.width(), reader.height(), orientation};
  if (options.reduce) {
    stored.reduction = largest_reduction(stored, spec);
  }
  RowResampler resampler(plan_resize(stored, spec));
  reader.read(stored.reduction,
              {resampler.first_column(), resampler.end_column(), resampler.first_row(), resampler.end_row()},
              [&](const std::uint8_t* rgb) { resampler.add_row(rgb); });
  return resampler.take();
}

/// Libraries' messages end up in an error's one line.
std::string one_line(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char byte) { return byte < ' ' || byte >= 0x7F; }, ' ');
  return text;
}

/// What `decode(format, orientation)` gives, for a file whose header promises nothing too large; its errors
/// are made fit for a user.
template <typename Decode>
Image checked(Bytes bytes, const DecodeOptions& options, const Decode& decode) {
  const auto format = detect_format(bytes);
  if (!format) {
    throw input_error("decode", "not an image, or of a format that is not known");
  }
  if (*format != ImageFormat::heif) {
    check_dimensions(probe_dimensions(bytes, *format), options.max_pixels);
  }
  try {
    return decode(*format, options.apply_exif ? exif_orientation(bytes, *format) : 1);
  } catch (const Error& error) {
    throw input_error(error.code(), one_line(error.what()));
  } catch (const std::bad_alloc&) {
    throw input_error("too_large", "not enough memory to decode it");
  }
}

}  // namespace

void check_dimensions(const Dimensions& size, std::int64_t max_pixels) {
  if (size.width == 0 || size.height == 0) {
    throw input_error("decode", "damaged: the picture has no pixels");
  }
  const auto limit = static_cast<std::uint64_t>(max_pixels);
  if (size.width > limit || size.height > limit / size.width) {
    throw input_error("too_large", std::to_string(size.width) + "x" + std::to_string(size.height) +
                                       " pixels is over the limit of " + std::to_string(max_pixels) +
                                       " (raise it with --max-pixels)");
  }
}

Image decode_image(std::span<const std::byte> bytes, const DecodeOptions& options) {
  return checked(bytes, options, [&](ImageFormat format, int orientation) {
    return orient(decode_as(format, bytes, options), orientation);
  });
}

Image decode_resized(std::span<const std::byte> bytes, const ImageSpec& spec, const DecodeOptions& options) {
  return checked(bytes, options, [&](ImageFormat format, int orientation) {
    return orient(format == ImageFormat::jpeg
                      ? resize_jpeg(bytes, orientation, spec, options)
                      : resize_stored(decode_as(format, bytes, options), orientation, spec),
                  orientation);
  });
}

std::vector<std::string> decodable_formats() {
  return {"JPEG", "PNG", "WebP", "TIFF", "BMP", "PNM", "JPEG 2000", "GIF",
#ifdef CLIP_CLASSIFY_HEIF
          "HEIC", "AVIF"
#endif
  };
}

}  // namespace clip_classify
