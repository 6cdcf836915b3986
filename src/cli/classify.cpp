// classify: inputs -> embeddings -> scores -> records -> writer.
#include <cmath>
#include <filesystem>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/stopwatch.h"
#include "clip_classify/classifier.h"
#include "clip_classify/loader.h"
#include "clip_classify/ranking.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

struct ClassifyOptions {
  LabelOptions labels;
  PromptOptions prompts;
  InputOptions inputs;
  DecodeOptions decode;
  RankingOptions ranking;
  bool multi_label = false;
  RunOptions run;
  OutputOptions output;
  ConsoleOptions console;
};

constexpr auto kExamples = R"(Examples:
  clip-classify img.jpg --labels cat,dog
  clip-classify photos/ --labels-file labels.txt --json | jq -r .label
  find . -name '*.jpg' -print0 | clip-classify --files-from - -0 --labels cat,dog --format csv -o out.csv
  cat img.jpg | clip-classify - --labels cat,dog

Commands:
  clip-classify [classify] ...   label images (this help)
  clip-classify model ...        list, describe and check models (clip-classify model --help)
  clip-classify --version        versions of the program and its libraries

Exit status: 0 all done; 1 some images failed, the rest is written; 2 wrong usage, model or output.)";

void check_threshold(const RankingOptions& ranking) {
  if (!ranking.threshold) {
    return;
  }
  const auto [low, high] = ranking.quantity == Quantity::probability  ? std::pair(0.0, 1.0)
                           : ranking.quantity == Quantity::similarity ? std::pair(-1.0, 1.0)
                                                                      : std::pair(-HUGE_VAL, HUGE_VAL);
  if (!(*ranking.threshold >= low && *ranking.threshold <= high)) {
    throw usage_error("--threshold is outside " + std::to_string(static_cast<int>(low)) + " to 1");
  }
}

ClassifyOptions parse_classify(const Arguments& arguments) {
  ClassifyOptions options;
  std::string quantity = "probability";
  CLI::App app("Labels images with words of your choice (zero-shot classification).\n", "clip-classify");
  app.footer(kExamples);
  add_label_options(app, options.labels, options.prompts);
  add_input_options(app, options.inputs, options.decode);
  add_ranking_options(app, options.ranking, quantity);
  app.add_flag("--multi-label", options.multi_label, "Judge each label alone: several may apply, or none")
      ->group("Choice");
  add_output_options(app, options.output);
  add_run_options(app, options.run);
  add_console_options(app, options.console);
  parse(app, "clip-classify [IMAGE | FOLDER | -]... --labels A,B,... [OPTIONS]", arguments);
  options.ranking.quantity = quantity == "similarity" ? Quantity::similarity
                             : quantity == "logit"    ? Quantity::logit
                                                      : Quantity::probability;
  check_threshold(options.ranking);
  const auto format = chosen_format(options.output);
  if (app.count("--top-k") == 0 && (format == Format::csv || format == Format::tsv)) {
    options.ranking.top_k = 1;
  }
  options.inputs.shard.batch = options.run.batch_size;
  if (format == Format::json && options.inputs.shard.count > 1) {
    throw usage_error("--format json is one array, which shards can't add up to; use --format jsonl");
  }
  return options;
}

/// Whether the output is about one image that needs no name: a file or standard input, not a folder or a
/// list.
bool is_single_image(const InputOptions& inputs) {
  std::error_code ignored;
  return inputs.paths.size() == 1 && !inputs.files_from &&
         !std::filesystem::is_directory(inputs.paths.front(), ignored);
}

/// `given`: the user's templates, which take the place of the model's.
Classifier build_classifier(Model& model, const std::vector<Label>& labels,
                            const std::vector<std::string>& given, bool multi_label, Context& context) {
  const auto& templates = given.empty() ? model.manifest().templates : given;
  const bool alone = multi_label || labels.size() == 1;
  if (alone && !multi_label) {
    context.console.warning("one label has nothing to be compared with: judged alone, as with --multi-label");
  }
  ZeroShotEvents events;
  events.warn = [&](const std::string& message) { context.console.warning(message); };
  context.console.start_progress("prompts", labels.size() * templates.size());
  events.progress = [&](std::size_t done, std::size_t) {
    if (context.stop.stop_requested()) {
      throw Interrupted("interrupted before the first image");
    }
    context.console.update_progress(done);
  };
  return zero_shot_classifier(model, labels, templates, alone, events);
}

/// Pixels of the images that could be read, back to back.
std::vector<float> batch_pixels(std::vector<LoadedImage>& batch) {
  std::vector<float> pixels;
  for (auto& image : batch) {
    pixels.insert(pixels.end(), image.pixels.begin(), image.pixels.end());
    image.pixels = {};
  }
  return pixels;
}

Record make_record(const Classifier& classifier, const RankingOptions& ranking, std::string path,
                   std::span<const float> embedding) {
  Record record{std::move(path), {}, std::nullopt};
  for (const auto& score : rank(classifier.scores(embedding), ranking)) {
    record.labels.push_back(
        {classifier.labels[score.label], quantity_of(score, ranking.quantity), score.similarity});
  }
  return record;
}

struct Counts {
  std::size_t done = 0;
  std::size_t failed = 0;
};

Counts label_images(ImageLoader& images, Model& model, const Classifier& classifier,
                    const ClassifyOptions& options, Writer& writer, Context& context, Stopwatch& watch) {
  Counts counts;
  while (true) {
    auto batch = watch.time("waiting for images", [&] { return images.next(options.run.batch_size); });
    if (batch.empty() || context.stop.stop_requested()) {
      return counts;
    }
    const auto pixels = batch_pixels(batch);
    const auto readable = static_cast<std::size_t>(
        std::ranges::count_if(batch, [](const LoadedImage& image) { return !image.input.error; }));
    const auto embeddings = watch.time(
        "encoding images", [&] { return readable == 0 ? Matrix() : model.embed_images(pixels, readable); });
    std::size_t row = 0;
    for (auto& image : batch) {
      if (image.input.is_neighbour) {
        row += image.input.error ? 0 : 1;
        continue;
      }
      ++counts.done;
      if (image.input.error) {
        ++counts.failed;
        context.console.error(utf8::printable(image.input.path) + ": " + image.input.error->what());
        writer.add({image.input.path, {}, image.input.error});
      } else {
        writer.add(make_record(classifier, options.ranking, image.input.path, embeddings.row(row++)));
      }
    }
    context.console.update_progress(counts.done, counts.failed);
  }
}

}  // namespace

int run_classify(const Arguments& arguments, Context& context) {
  const auto options = parse_classify(arguments);
  context.console.configure(options.console, results_on_terminal(options.output));
  Stopwatch watch;

  const auto labels = read_labels(options.labels);
  const auto templates = read_templates(options.prompts.templates, options.prompts.files);
  InputSource inputs(options.inputs);
  const auto sink = open_sink(options.output.file);
  auto model = watch.time("loading the model", [&] {
    Model loaded(read_chosen_manifest(options.run), options.run.encoder);
    loaded.load_image_encoder();
    return loaded;
  });
  const auto total = context.console.shows_progress() ? inputs.count() : std::nullopt;
  ImageLoader images(std::move(inputs), model.manifest().image,
                     {options.decode, model.threads(), 2 * options.run.batch_size});
  const std::stop_callback stop_loading(context.stop, [&] { images.stop(); });
  const auto classifier = watch.time("embedding labels", [&] {
    return build_classifier(model, labels, templates, options.multi_label, context);
  });

  const bool percent = options.ranking.quantity == Quantity::probability;
  auto written = writer_options(options.output, percent, is_single_image(options.inputs));
  written.header = options.inputs.shard.index == 1;
  const auto writer = make_writer(written, *sink);
  context.console.start_progress("images", total);
  writer->begin();
  const auto counts = label_images(images, model, classifier, options, *writer, context, watch);
  writer->end();
  if (context.stop.stop_requested()) {
    throw Interrupted(
        "interrupted after " + std::to_string(counts.done) + " images" +
        (options.output.file ? "; " + utf8::printable(*options.output.file) + " is not written" : ""));
  }
  sink->commit();
  if (counts.failed > 0 && counts.done > 1) {
    context.console.warning(std::to_string(counts.failed) + " of " + std::to_string(counts.done) +
                            " images failed");
  }
  context.console.note(std::to_string(counts.done) + " images, " + std::to_string(labels.size()) +
                       " labels: " + watch.summary());
  return counts.failed > 0 ? kSomeInputsFailed : kDone;
}

}  // namespace clip_classify::cli
