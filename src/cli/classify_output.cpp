#include "cli/classify_output.h"

#include "model/sha256.h"
#include "store/spaces.h"

namespace clip_classify::cli {
namespace {

std::string sum_of(const std::vector<Label>& labels, const std::vector<std::string>& templates) {
  Sha256 sum;
  const auto add_list = [&](const std::vector<std::string>& texts) {
    sum.add_field(std::to_string(texts.size()));
    for (const auto& text : texts) {
      sum.add_field(text);
    }
  };
  for (const auto& label : labels) {
    sum.add_field(label.name);
    add_list(label.texts);
  }
  add_list(templates);
  return hex(sum.sum());
}

/// Not here are the batch size and the number of threads, which matter from the seventh digit on only.
Settings settings_of(const ClassifyOptions& options, const Model& model, const std::vector<Label>& labels,
                     const std::vector<std::string>& templates) {
  const auto& ranking = options.ranking;
  const auto& shard = options.inputs.shard;
  Sha256 encoders;
  encoders.add_field(image_space(model, options.decode))
      .add_field(label_space(model))
      .add_field(sha256_of_file(model.manifest().folder / "model.json"));
  Settings settings{{"version of clip-classify", CLIP_CLASSIFY_VERSION},
                    {"model, precision or decoding", hex(encoders.sum())},
                    {"limit of pixels", std::to_string(options.decode.max_pixels)},
                    {"list of labels, or templates", sum_of(labels, templates)},
                    {"choice (--multi-label)", options.multi_label ? "alone" : "together"},
                    {"choice (--top-k)", std::to_string(ranking.top_k)},
                    {"choice (--threshold)", ranking.threshold ? std::to_string(*ranking.threshold) : "none"},
                    {"choice (--scores)", std::to_string(static_cast<int>(ranking.quantity))},
                    {"part (--shard)", std::to_string(shard.index) + "/" + std::to_string(shard.count)},
                    {"format", std::to_string(static_cast<int>(chosen_format(options.output)))}};
  if (options.classifier) {
    settings["classifier (--classifier)"] = sha256_of_file(*options.classifier);
  }
  return settings;
}

}  // namespace

void ClassifyOutput::show(const std::vector<EmbeddedImage>& batch) const {
  if (partial == nullptr) {
    sink->flush();
    return;
  }
  for (const auto& image : batch) {
    partial->add_input(image.path, image.error.has_value());
  }
  partial->checkpoint();
}

ClassifyOutput open_output(const ClassifyOptions& options, const Model& model,
                           const std::vector<Label>& labels, const std::vector<std::string>& templates,
                           ImageStream& images) {
  if (!options.output.resume || !options.output.file) {
    return {open_sink(options.output.file)};
  }
  if (images.source() == nullptr) {
    throw usage_error("--resume is for images, which take time; embedding files do not");
  }
  auto partial =
      std::make_unique<PartialFile>(*options.output.file, settings_of(options, model, labels, templates));
  partial->skip_inputs(*images.source());
  auto* const same = partial.get();
  return {std::move(partial), same, same->inputs(), same->failed()};
}

}  // namespace clip_classify::cli
