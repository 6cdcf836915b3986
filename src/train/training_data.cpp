#include "train/training_data.h"

#include <algorithm>
#include <unordered_map>

#include "model/sha256.h"
#include "model/token_batch.h"
#include "train/text_sides.h"

namespace clip_classify {
namespace {

constexpr std::uint64_t kAugmentation = 3;

/// The number of a string, the next one where it is new.
std::size_t number_of(std::unordered_map<std::string, std::size_t>& numbers,
                      std::vector<std::string>& strings, const std::string& string) {
  const auto [found, is_new] = numbers.emplace(string, strings.size());
  if (is_new) {
    strings.push_back(string);
  }
  return found->second;
}

}  // namespace

TrainingData::TrainingData(const Model& model, const std::vector<TrainingPair>& pairs,
                           const ContrastiveOptions& options, const ContrastiveEvents& events)
    : manifest_(model.manifest()) {
  std::unordered_map<std::string, std::size_t> image_numbers;
  std::unordered_map<std::string, std::size_t> text_numbers;
  std::vector<std::string> texts;
  for (const auto& pair : pairs) {
    ids_.push_back({number_of(image_numbers, paths_, pair.image), number_of(text_numbers, texts, pair.text)});
  }
  std::vector<bool> readable(paths_.size(), true);
  read_images(options, events, readable);
  std::erase_if(ids_, [&](const PairIds& pair) { return !readable[pair.image]; });
  if (ids_.size() < 2) {
    throw usage_error(std::to_string(ids_.size()) + (ids_.size() == 1 ? " pair" : " pairs") +
                      (failed_ > 0 ? " left" : "") +
                      ": training compares pairs with each other, so it takes two at least");
  }
  const auto& first = ids_.front();
  if (std::ranges::all_of(ids_, [&](const PairIds& pair) { return pair.text == first.text; }) ||
      std::ranges::all_of(ids_, [&](const PairIds& pair) { return pair.image == first.image; })) {
    throw usage_error("all pairs have the same image or the same text: there is nothing to compare");
  }
  tokens_ = model.tokenize(texts);
  const auto cut = std::ranges::count_if(tokens_, &Tokens::truncated);
  if (cut > 0 && events.warn) {
    events.warn(std::to_string(cut) + " of " + std::to_string(texts.size()) + " texts are longer than the " +
                std::to_string(manifest_.text.context_length) + " tokens that the model reads, and are cut");
  }
  Sha256 sum;
  for (const auto& pair : ids_) {
    sum.add_field(paths_[pair.image]).add_field(texts[pair.text]);
  }
  sum_ = hex(sum.sum());
  for (const auto& text : texts) {
    tells_sides_.push_back(tells_sides(text));
  }
}

void TrainingData::read_images(const ContrastiveOptions& options, const ContrastiveEvents& events,
                               std::vector<bool>& readable) {
  LoaderOptions loader;
  loader.decode = decode_options(manifest_.image, options.decode);
  loader.threads = options.threads;
  images_ = std::make_unique<PairImages>(manifest_.image, paths_, loader, options.image_memory);
  if (events.start) {
    events.start("images", paths_.size());
  }
  const auto errors = images_->read_all(
      [&](std::size_t done) {
        if (events.progress) {
          events.progress(done);
        }
      },
      options.stop);
  for (const auto& [image, error] : errors) {
    readable[image] = false;
    if (events.failed) {
      events.failed(paths_[image], error);
    }
  }
  failed_ = errors.size();
}

std::vector<std::uint8_t> TrainingData::bytes(std::span<const std::size_t> pairs) const {
  std::vector<std::size_t> images;
  images.reserve(pairs.size());
  for (const auto pair : pairs) {
    images.push_back(ids_[pair].image);
  }
  return images_->take(images);
}

at::Tensor TrainingData::picture(std::span<const std::uint8_t> bytes, std::size_t place) const {
  const auto* const begin = bytes.data() + place * picture_bytes();
  return at::from_blob(const_cast<std::uint8_t*>(begin), {3, manifest_.image.height, manifest_.image.width},
                       at::kByte)
             .to(at::kFloat) /
         255;
}

at::Tensor TrainingData::normalised(const at::Tensor& pixels) const {
  const auto by_channel = [](const std::array<float, 3>& values) {
    return at::tensor(at::ArrayRef<float>(values.data(), 3)).reshape({1, 3, 1, 1});
  };
  return (pixels - by_channel(manifest_.image.mean)) / by_channel(manifest_.image.std);
}

at::Tensor TrainingData::pixels(std::span<const std::size_t> pairs,
                                std::span<const std::uint8_t> bytes) const {
  std::vector<at::Tensor> pictures;
  for (std::size_t place = 0; place < pairs.size(); ++place) {
    pictures.push_back(picture(bytes, place));
  }
  return normalised(at::stack(pictures));
}

at::Tensor TrainingData::augmented_pixels(std::span<const std::size_t> pairs,
                                          std::span<const std::uint8_t> bytes,
                                          const ContrastiveOptions& options, std::size_t epoch) const {
  std::vector<at::Tensor> pictures;
  for (std::size_t place = 0; place < pairs.size(); ++place) {
    const auto& pair = ids_[pairs[place]];
    pictures.push_back(augmented(picture(bytes, place),
                                 {options.crop, options.flip && !tells_sides_[pair.text]},
                                 Random({options.seed, kAugmentation, epoch, pairs[place]})));
  }
  return normalised(at::stack(pictures));
}

std::vector<at::Tensor> TrainingData::tokens(std::span<const std::size_t> pairs) const {
  std::vector<const Tokens*> sequences;
  sequences.reserve(pairs.size());
  for (const auto pair : pairs) {
    sequences.push_back(&tokens_[ids_[pair].text]);
  }
  return token_batch(manifest_.text, sequences);
}

}  // namespace clip_classify
