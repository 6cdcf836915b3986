#include "cli/session.h"

namespace clip_classify::cli {
namespace {

ModelOptions model_options(const CommonOptions& options, const std::optional<std::filesystem::path>& kept) {
  auto encoder = options.run.encoder;
  encoder.checked_files = kept ? *kept / "checked" : std::filesystem::path();
  return encoder;
}

}  // namespace

Session::Session(const CommonOptions& options, Context& context)
    : options_(options),
      context_(context),
      kept_(options.stores.no_cache ? std::nullopt : cache_folder()),
      model_(std::make_unique<Model>(read_chosen_manifest(options.run), model_options(options, kept_))) {}

Session::~Session() {
  [[maybe_unused]] const auto* const left = model_.release();
}

ImageStore* Session::store() {
  if (!store_ && options_.stores.images) {
    store_.emplace(*options_.stores.images, *model_, options_.decode);
  }
  return store_ ? &*store_ : nullptr;
}

Classifier Session::classifier(const std::vector<Label>& labels, const std::vector<std::string>& templates,
                               bool judged_alone, const std::string& what) {
  if (!cache_ && kept_) {
    cache_.emplace(label_cache_in(*kept_), *model_);
  }
  ZeroShotEvents events;
  events.memory = cache_ ? &*cache_ : nullptr;
  events.what = what;
  events.warn = [&](const std::string& message) { console().warning(message); };
  events.progress = [&](std::size_t done, std::size_t total) {
    if (stopped()) {
      throw Interrupted("interrupted before the first image");
    }
    if (done == 0) {
      console().start_progress("prompts", total);
    }
    console().update_progress(done);
  };
  auto made = watch_.time("embedding " + what + "s", [&] {
    return zero_shot_classifier(*model_, labels, templates, judged_alone, events);
  });
  labels_ += labels.size();
  tell_trouble();
  return made;
}

Matrix Session::embed_texts(const std::vector<std::string>& texts, const std::string& what) {
  std::vector<Label> labels;
  labels.reserve(texts.size());
  for (const auto& text : texts) {
    labels.push_back({text, {text}});
  }
  return classifier(labels, {"{}"}, true, what).weights;
}

std::string Session::labels_summary() const {
  return std::to_string(labels_) + " labels" +
         (cache_ ? " (" + std::to_string(cache_->known()) + " known)" : "");
}

void Session::tell_trouble() {
  if (!cache_ || !cache_->trouble()) {
    return;
  }
  const auto& [damaged, message] = *cache_->trouble();
  if (damaged) {
    console().warning("the cache of known labels is made anew: " + message);
  } else {
    console().note("without the cache of known labels: " + message);
  }
}

}  // namespace clip_classify::cli
