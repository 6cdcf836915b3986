#include "train/pair_encoders.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <numeric>

namespace clip_classify {
namespace {

std::span<const std::size_t> part_of(std::span<const std::size_t> pairs, std::int64_t begin,
                                     std::int64_t end) {
  return pairs.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

}  // namespace

PairEncoders::PairEncoders(const Manifest& manifest, const ContrastiveOptions& options, at::Device device)
    : options_(options),
      device_(device),
      images_(manifest, manifest.image_encoder, options.tune, "image encoder", device),
      texts_(manifest, manifest.text_encoder, options.tune, "text encoder", device) {
  if (images_.trained().empty() && texts_.trained().empty()) {
    throw model_error(manifest.folder.string() +
                      ": its encoders have no parameters that could be trained (they were frozen when they " +
                      "were exported); take a model that scripts/export_model.py made");
  }
}

std::vector<at::Tensor> PairEncoders::trained() const {
  auto tensors = images_.trained();
  tensors.insert(tensors.end(), texts_.trained().begin(), texts_.trained().end());
  return tensors;
}

void PairEncoders::embed_fixed_images(const TrainingData& data, const ContrastiveEvents& events) {
  if (!images_.trained().empty() || options_.crop || options_.flip) {
    return;
  }
  const c10::NoGradGuard without_autograd;
  const auto count = data.ids().size();
  if (events.start) {
    events.start("images to embed", count);
  }
  std::vector<at::Tensor> rows;
  for (std::size_t begin = 0; begin < count; begin += options_.at_once) {
    std::vector<std::size_t> pairs(std::min(options_.at_once, count - begin));
    std::iota(pairs.begin(), pairs.end(), begin);
    rows.push_back(images_.embed({data.pixels(pairs, data.bytes(pairs))}));
    if (events.progress) {
      events.progress(begin + pairs.size());
    }
    if (options_.stop.stop_requested()) {
      throw Interrupted("interrupted while images were embedded; nothing is written");
    }
  }
  fixed_rows_ = at::cat(rows);
}

std::vector<std::uint8_t> PairEncoders::read(const TrainingData& data,
                                             std::span<const std::size_t> batch) const {
  return fixed_rows_.defined() ? std::vector<std::uint8_t>() : data.bytes(batch);
}

ContrastedSide PairEncoders::image_side(const TrainingData& data, std::span<const std::size_t> batch,
                                        std::span<const std::uint8_t> bytes, std::size_t epoch) {
  const auto embed = [this, &data, batch, bytes, epoch](std::int64_t begin, std::int64_t end) {
    const auto pairs = part_of(batch, begin, end);
    if (fixed_rows_.defined()) {
      return fixed_rows_of(pairs);
    }
    const auto own = bytes.subspan(static_cast<std::size_t>(begin) * data.picture_bytes());
    return images_.embed({data.augmented_pixels(pairs, own, options_, epoch)});
  };
  return {embed, !images_.trained().empty()};
}

ContrastedSide PairEncoders::text_side(const TrainingData& data, std::span<const std::size_t> batch) {
  const auto embed = [this, &data, batch](std::int64_t begin, std::int64_t end) {
    return texts_.embed(data.tokens(part_of(batch, begin, end)));
  };
  return {embed, !texts_.trained().empty()};
}

HeldOutRows PairEncoders::rows_of(const TrainingData& data, const std::vector<std::size_t>& pairs) {
  const auto embed_images = [&](std::int64_t begin, std::int64_t end) {
    const auto part = part_of(pairs, begin, end);
    return fixed_rows_.defined() ? fixed_rows_of(part) : images_.embed({data.pixels(part, data.bytes(part))});
  };
  const auto count = static_cast<std::int64_t>(pairs.size());
  const auto at_once = static_cast<std::int64_t>(options_.at_once);
  return {embed_all(embed_images, count, at_once), embed_all(text_side(data, pairs).embed, count, at_once),
          pairs};
}

at::Tensor PairEncoders::fixed_rows_of(std::span<const std::size_t> pairs) const {
  const std::vector<std::int64_t> rows(pairs.begin(), pairs.end());
  return fixed_rows_.index_select(0, at::tensor(rows).to(device_));
}

}  // namespace clip_classify
