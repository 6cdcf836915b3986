#include "train/pair_images.h"

#include <algorithm>
#include <cmath>

#include "text/utf8.h"

namespace clip_classify {
namespace {

/// So that the loader's pixels are bytes / 255.
ImageSpec without_normalisation(ImageSpec spec) {
  spec.mean.fill(0);
  spec.std.fill(1);
  return spec;
}

void put_bytes(const std::vector<float>& pixels, std::uint8_t* bytes) {
  std::ranges::transform(pixels, bytes,
                         [](float value) { return static_cast<std::uint8_t>(std::lround(value * 255)); });
}

InputSource source_of(std::vector<std::string> paths) {
  return InputSource({.paths = std::move(paths), .files_from = {}, .only_files = true});
}

}  // namespace

PairImages::PairImages(const ImageSpec& spec, std::vector<std::string> paths, LoaderOptions loader,
                       std::uint64_t memory)
    : spec_(without_normalisation(spec)),
      paths_(std::move(paths)),
      options_(loader),
      bytes_(std::size_t{3} * static_cast<std::size_t>(spec.height) * static_cast<std::size_t>(spec.width)),
      keeps_(paths_.size() * bytes_ <= memory) {}

std::vector<std::pair<std::size_t, Error>> PairImages::read_all(
    const std::function<void(std::size_t)>& progress, const std::stop_token& stop) {
  std::vector<std::pair<std::size_t, Error>> failed;
  kept_.resize(keeps_ ? paths_.size() * bytes_ : 0);
  ImageLoader loader(source_of(paths_), spec_, options_);
  const std::stop_callback stop_loading(stop, [&loader] { loader.stop(); });
  std::size_t index = 0;
  for (auto images = loader.next(1); !images.empty(); images = loader.next(1)) {
    for (auto& image : images) {
      if (image.input.error) {
        failed.emplace_back(index, *image.input.error);
      } else if (keeps_) {
        put_bytes(image.pixels, kept_.data() + index * bytes_);
      }
      progress(++index);
    }
  }
  if (stop.stop_requested()) {
    throw Interrupted("interrupted while images were read; nothing is written");
  }
  return failed;
}

std::vector<std::uint8_t> PairImages::take(std::span<const std::size_t> images) const {
  std::vector<std::uint8_t> bytes(images.size() * bytes_);
  if (keeps_) {
    for (std::size_t place = 0; place < images.size(); ++place) {
      std::copy_n(kept_.data() + images[place] * bytes_, bytes_, bytes.data() + place * bytes_);
    }
    return bytes;
  }
  std::vector<std::string> paths;
  for (const auto image : images) {
    paths.push_back(paths_[image]);
  }
  ImageLoader loader(source_of(std::move(paths)), spec_, options_);
  std::size_t place = 0;
  for (auto loaded = loader.next(1); !loaded.empty(); loaded = loader.next(1)) {
    for (auto& image : loaded) {
      if (image.input.error) {
        throw usage_error(utf8::printable(image.input.path) + ": could be read when training began, but " +
                          "not any more: " + image.input.error->what());
      }
      put_bytes(image.pixels, bytes.data() + place++ * bytes_);
    }
  }
  return bytes;
}

}  // namespace clip_classify
