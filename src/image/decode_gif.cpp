// The first frame of a GIF, through giflib.
#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <memory>

#include "image/decoders.h"

namespace clip_classify {
namespace {

int on_read(GifFileType* gif, GifByteType* target, int size) {
  Bytes& unread = *static_cast<Bytes*>(gif->UserData);
  const Bytes part = slice(unread, 0, static_cast<std::uint64_t>(size));
  std::ranges::copy(part, reinterpret_cast<std::byte*>(target));
  unread = unread.subspan(part.size());
  return static_cast<int>(part.size());
}

struct CloseGif {
  void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};
using Gif = std::unique_ptr<GifFileType, CloseGif>;

[[noreturn]] void fail(int error) {
  const char* text = GifErrorString(error);
  throw damaged(text == nullptr ? "no picture in the GIF" : text);
}

void check(const Gif& gif, int status) {
  if (status == GIF_ERROR) {
    fail(gif->Error);
  }
}

/// Reads up to the pixels of the first frame. Returns its transparent colour index, or NO_TRANSPARENT_COLOR.
int find_first_frame(const Gif& gif) {
  int transparent = NO_TRANSPARENT_COLOR;
  while (true) {
    GifRecordType record = UNDEFINED_RECORD_TYPE;
    check(gif, DGifGetRecordType(gif.get(), &record));
    if (record == IMAGE_DESC_RECORD_TYPE) {
      check(gif, DGifGetImageDesc(gif.get()));
      return transparent;
    }
    if (record != EXTENSION_RECORD_TYPE) {
      throw damaged("no picture in the GIF");
    }
    int code = 0;
    GifByteType* block = nullptr;
    check(gif, DGifGetExtension(gif.get(), &code, &block));
    GraphicsControlBlock control{};
    if (code == GRAPHICS_EXT_FUNC_CODE && block != nullptr &&
        DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
      transparent = control.TransparentColor;
    }
    while (block != nullptr) {
      check(gif, DGifGetExtensionNext(gif.get(), &block));
    }
  }
}

using Palette = std::array<std::array<std::uint8_t, 4>, 256>;

/// RGBA of every index: black beyond the palette, shades of gray where there is none at all (as Pillow).
Palette read_palette(const Gif& gif, int transparent) {
  Palette palette{};
  const ColorMapObject* map = gif->Image.ColorMap != nullptr ? gif->Image.ColorMap : gif->SColorMap;
  for (int index = 0; index < 256; ++index) {
    auto& colour = palette[static_cast<std::size_t>(index)];
    const auto gray = static_cast<std::uint8_t>(index);
    colour = map == nullptr ? std::array<std::uint8_t, 4>{gray, gray, gray, 255}
                            : std::array<std::uint8_t, 4>{0, 0, 0, 255};
    if (map != nullptr && index < map->ColorCount) {
      const GifColorType& entry = map->Colors[index];
      colour = {entry.Red, entry.Green, entry.Blue, 255};
    }
    if (index == transparent) {
      colour[3] = 0;
    }
  }
  return palette;
}

/// The order in which an interlaced frame's rows are stored.
std::vector<int> row_order(int height, bool interlaced) {
  std::vector<int> rows;
  rows.reserve(static_cast<std::size_t>(height));
  constexpr std::array<std::array<int, 2>, 4> passes = {{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
  for (const auto& [first, step] : passes) {
    for (int row = interlaced ? first : 0; row < height; row += interlaced ? step : 1) {
      rows.push_back(row);
    }
    if (!interlaced) {
      break;
    }
  }
  return rows;
}

}  // namespace

Image decode_gif(Bytes file, const DecodeOptions& options) {
  int error = 0;
  const Gif gif(DGifOpen(&file, on_read, &error));
  if (gif == nullptr) {
    fail(error);
  }
  const int transparent = find_first_frame(gif);
  const GifImageDesc& frame = gif->Image;
  // A frame that reaches over the canvas makes it larger, as in Pillow.
  const int width = std::max(gif->SWidth, frame.Left + frame.Width);
  const int height = std::max(gif->SHeight, frame.Top + frame.Height);
  check_dimensions({static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height)},
                   options.max_pixels);
  const Palette palette = read_palette(gif, transparent);

  // Outside the frame nothing is drawn: it shows as the transparent colour does (Pillow: index 0 without
  // one).
  auto outside = palette[static_cast<std::size_t>(std::max(transparent, 0))];
  outside[3] = 0;
  const auto shown = [&](const std::array<std::uint8_t, 4>& colour) {
    std::array<std::uint8_t, 3> rgb{};
    drop_alpha(colour.data(), rgb.data(), 1, options.alpha);
    return rgb;
  };
  Image image{width, height, {}};
  image.rgb.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  const auto background = shown(outside);
  for (std::size_t pixel = 0; pixel < image.rgb.size(); pixel += 3) {
    std::ranges::copy(background, image.rgb.begin() + static_cast<std::ptrdiff_t>(pixel));
  }
  std::vector<GifPixelType> line(static_cast<std::size_t>(frame.Width));
  for (const int row : row_order(frame.Height, frame.Interlace)) {
    check(gif, DGifGetLine(gif.get(), line.data(), frame.Width));
    const std::size_t start = static_cast<std::size_t>(frame.Top + row) * static_cast<std::size_t>(width) +
                              static_cast<std::size_t>(frame.Left);
    std::uint8_t* target = image.rgb.data() + start * 3;
    for (const GifPixelType index : line) {
      target = std::ranges::copy(shown(palette[index]), target).out;
    }
  }
  return image;
}

}  // namespace clip_classify
