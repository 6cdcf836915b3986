// classify: inputs -> embeddings -> scores -> records -> writer.
#include <future>

#include "cli/label_images.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

std::optional<LabelCache> open_cache(const std::optional<std::filesystem::path>& folder, const Model& model) {
  return folder ? std::optional<LabelCache>(std::in_place, label_cache_in(*folder), model) : std::nullopt;
}

void tell_trouble(const std::optional<LabelCache>& cache, Console& console) {
  if (!cache || !cache->trouble()) {
    return;
  }
  const auto& [damaged, message] = *cache->trouble();
  if (damaged) {
    console.warning("the cache of known labels is made anew: " + message);
  } else {
    console.note("without the cache of known labels: " + message);
  }
}

Classifier build_classifier(Model& model, const std::vector<Label>& labels,
                            const std::vector<std::string>& templates, bool multi_label, LabelMemory* memory,
                            Context& context) {
  const bool alone = multi_label || labels.size() == 1;
  if (alone && !multi_label) {
    context.console.warning("one label has nothing to be compared with: judged alone, as with --multi-label");
  }
  ZeroShotEvents events;
  events.memory = memory;
  events.warn = [&](const std::string& message) { context.console.warning(message); };
  events.progress = [&](std::size_t done, std::size_t total) {
    if (context.stop.stop_requested()) {
      throw Interrupted("interrupted before the first image");
    }
    if (done == 0) {
      context.console.start_progress("prompts", total);
    }
    context.console.update_progress(done);
  };
  return zero_shot_classifier(model, labels, templates, alone, events);
}

std::string interruption(const ClassifyOptions& options, std::size_t done) {
  auto text = "interrupted after " + std::to_string(done) + " images";
  if (!options.output.file) {
    return text;
  }
  const auto file = utf8::printable(*options.output.file);
  return text + (options.output.resume
                     ? "; the same command goes on from there, with what is in " + file + ".part"
                     : "; " + file + " is not written");
}

/// "3 images (2 known, 1 of them unread), 2 labels (2 known): loading the model 0.3 s, ..."
std::string summary(const ImageCounts& images, bool store, std::size_t labels,
                    const std::optional<LabelCache>& cache, const Stopwatch& watch) {
  const auto number = [](std::size_t count) { return std::to_string(count); };
  return number(images.done) + " images" +
         (store ? " (" + number(images.known) + " known, " + number(images.unread) + " of them unread)"
                : "") +
         ", " + number(labels) + " labels" + (cache ? " (" + number(cache->known()) + " known)" : "") + ": " +
         watch.summary();
}

}  // namespace

int run_classify(const Arguments& arguments, Context& context) {
  auto options = parse_classify(arguments);
  context.console.configure(options.console, results_on_terminal(options.output));
  Stopwatch watch;

  const auto labels = read_labels(options.labels);
  const auto given = read_templates(options.prompts.templates, options.prompts.files);
  InputSource inputs(options.inputs);
  const auto kept = options.stores.no_cache ? std::nullopt : cache_folder();
  options.run.encoder.checked_files = kept ? *kept / "checked" : std::filesystem::path();
  Model model(read_chosen_manifest(options.run), options.run.encoder);
  const auto& templates = given.empty() ? model.manifest().templates : given;
  const auto output = open_output(options, model, labels, templates, inputs);
  std::optional<ImageStore> store;
  if (options.stores.images) {
    store.emplace(*options.stores.images, model, options.decode);
  }
  // With a store it may turn out that no image needs the encoder.
  auto loading =
      store ? std::future<void>() : std::async(std::launch::async, [&] { model.load_image_encoder(); });
  auto total = context.console.shows_progress() ? inputs.count() : std::nullopt;
  ImageLoader images(
      std::move(inputs), model.manifest().image,
      {options.decode, model.threads(), 2 * options.run.batch_size, store ? &*store : nullptr});
  const std::stop_callback stop_loading(context.stop, [&] { images.stop(); });

  auto cache = open_cache(kept, model);
  const auto classifier = watch.time("embedding labels", [&] {
    return build_classifier(model, labels, templates, options.multi_label, cache ? &*cache : nullptr,
                            context);
  });
  tell_trouble(cache, context.console);
  if (loading.valid()) {
    watch.time("loading the model", [&] { loading.get(); });
  }

  const bool percent = options.ranking.quantity == Quantity::probability;
  auto written = writer_options(options.output, percent, is_single_image(options.inputs));
  written.header = options.inputs.shard.index == 1;
  const auto writer = make_writer(written, *output.sink);
  const std::size_t done_before = output.partial != nullptr ? output.partial->inputs() : 0;
  const std::size_t failed_before = output.partial != nullptr ? output.partial->failed() : 0;
  context.console.start_progress("images", total ? std::optional(*total - done_before) : std::nullopt);
  if (done_before == 0) {
    writer->begin();
  }
  const auto counts = label_images(
      images, {options, model, store ? &*store : nullptr, classifier, *writer, output, context, watch});
  writer->end();
  if (store) {
    store->commit();
  }
  if (context.stop.stop_requested()) {
    output.sink->flush();
    throw Interrupted(interruption(options, counts.done));
  }
  output.sink->commit();
  const auto done = done_before + counts.done;
  const auto failed = failed_before + counts.failed;
  if (failed > 0 && done > 1) {
    context.console.warning(std::to_string(failed) + " of " + std::to_string(done) + " images failed");
  }
  context.console.note(summary(counts, store.has_value(), labels.size(), cache, watch));
  return failed > 0 ? kSomeInputsFailed : kDone;
}

}  // namespace clip_classify::cli
