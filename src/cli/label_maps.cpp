#include "cli/label_maps.h"

#include "clip_classify/loader.h"

namespace clip_classify::cli {

LabelMaps::LabelMaps(Session& session, const Classifier& classifier, const MapOptions& options)
    : session_(session), options_(options), rows_(against_others(classifier.weights)) {
  run_.embed = [this](std::span<const float> pixels, std::size_t count) {
    return session_.watch().time("encoding images",
                                 [&] { return session_.model().embed_images(pixels, count); });
  };
  if (options.method == MapOptions::Method::gradient) {
    gradients_.emplace(session.manifest(), session.options().run.encoder.device);
    run_.gradients = [this](std::span<const float> pixels, std::size_t count, const Matrix& weights) {
      return session_.watch().time("gradients", [&] { return (*gradients_)(pixels, count, weights); });
    };
  }
  run_.batch = session.options().run.batch_size;
  run_.progress = [this](std::size_t, std::size_t) {
    if (session_.stopped()) {
      throw Interrupted("");
    }
  };
}

PreparedPicture LabelMaps::picture_of(std::span<const float> pixels) const {
  const auto& spec = session_.manifest().image;
  return {pixels, static_cast<std::size_t>(spec.height), static_cast<std::size_t>(spec.width)};
}

Matrix LabelMaps::rows_of(std::span<const std::size_t> labels) const {
  Matrix rows{labels.size(), rows_.width, {}};
  for (const auto label : labels) {
    const auto row = rows_.row(label);
    rows.values.insert(rows.values.end(), row.begin(), row.end());
  }
  return rows;
}

std::vector<HeatMap> LabelMaps::maps(std::span<const float> pixels,
                                     std::span<const std::size_t> labels) const {
  return explain_picture(picture_of(pixels), rows_of(labels), options_, run_);
}

std::vector<Faithfulness> LabelMaps::check(std::span<const float> pixels, std::span<const std::size_t> labels,
                                           std::span<const HeatMap> maps) const {
  return faithfulness(picture_of(pixels), rows_of(labels), maps, options_.seed, run_);
}

}  // namespace clip_classify::cli
