#include "cli/explain_options.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "cli/classify_options.h"
#include "clip_classify/embedding_file.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

constexpr auto kExplainExamples = R"(Examples:
  clip-classify explain img.jpg --labels cat,dog -o why.png
  clip-classify explain photos/ --labels cat,dog -o why/         a picture for each image: why/img.jpg.png
  clip-classify explain img.jpg --labels cat,dog --json | jq '.labels[0].map'
  clip-classify explain img.jpg --label 'a cat on a sofa' --label 'a dog'      which words carry it
  clip-classify explain img.jpg --labels cat,dog --check         whether the maps can be believed

A map says how much of a label's score each part of the image carries: how far the label's similarity, less the
mean of the other labels' (a label alone: its similarity), falls when the part is hidden. By gradient: the part's
share in the fall when all is hidden. Red: it falls; blue: it
rises. Each map's strongest place has the full colour, so colours don't compare between maps; numbers do.

Exit status: 0 all done; 1 some images failed, the rest is written; 2 wrong usage, model or output.)";

/// More would take hours for an image.
constexpr std::size_t kMostMasks = 100'000;
constexpr std::size_t kMostSteps = 10'000;
constexpr std::size_t kLargestGrid = 64;

void check_inputs(const ExplainOptions& options) {
  if (std::ranges::any_of(options.inputs.paths, is_embedding_file)) {
    throw usage_error("an embedding file holds no pixels to hide: explain takes the images themselves");
  }
  if (!options.pictures) {
    return;
  }
  if (names_folder(*options.pictures)) {
    return;
  }
  if (!options.pictures->ends_with(".png")) {
    throw usage_error(
        "-o " + utf8::printable(*options.pictures) +
        ": pictures are PNG files: name FILE.png or FOLDER/; the numbers go to standard output");
  }
  if (!is_single_image(options.inputs)) {
    throw usage_error("-o " + utf8::printable(*options.pictures) +
                      " is one picture, which several images don't fit into: name a folder, -o FOLDER/");
  }
}

}  // namespace

bool names_folder(const std::string& pictures) {
  std::error_code ignored;
  return pictures.ends_with('/') || std::filesystem::is_directory(pictures, ignored);
}

ExplainOptions parse_explain(const Arguments& arguments) {
  ExplainOptions options;
  CLI::App app("Shows where in an image the model saw a label, and which words of a label carry it.\n",
               "clip-classify explain");
  app.footer(kExplainExamples);
  add_label_options(app, options.labels, options.prompts);
  app.add_option("-k,--top-k", options.top_k, "Labels explained for an image, best first; 0: all [5]")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1} << 32))
      ->group("Explanation");
  const std::map<std::string, MapOptions::Method> methods{{"occlusion", MapOptions::Method::occlusion},
                                                          {"rise", MapOptions::Method::rise},
                                                          {"gradient", MapOptions::Method::gradient}};
  app.add_option_function<std::string>(
         "--method",
         [&options, &methods](const std::string& name) { options.maps.method = methods.at(name); },
         "occlusion: a square is hidden at every place; rise: random masks, slower;\n"
         "gradient: integrated gradients through the encoder [occlusion]")
      ->type_name("HOW")
      ->check(CLI::IsMember(methods))
      ->group("Explanation");
  app.add_option("--grid", options.maps.grid, "Rows and columns of a map [10]")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{2}, kLargestGrid))
      ->group("Explanation");
  auto* window =
      app.add_option("--window", options.maps.window, "occlusion: cells along a side of the square [3]")
          ->type_name("N")
          ->check(CLI::Range(std::size_t{1}, kLargestGrid))
          ->group("Explanation");
  auto* masks = app.add_option("--masks", options.maps.masks, "rise: how many masks [400]")
                    ->type_name("N")
                    ->check(CLI::Range(std::size_t{1}, kMostMasks))
                    ->group("Explanation");
  auto* steps =
      app.add_option("--steps", options.maps.steps, "gradient: pictures on the way from nothing to all [32]")
          ->type_name("N")
          ->check(CLI::Range(std::size_t{1}, kMostSteps))
          ->group("Explanation");
  auto* seed = app.add_option("--seed", options.maps.seed, "Of the masks, and of --check's random orders [0]")
                   ->type_name("N")
                   ->group("Explanation");
  app.add_flag("--check", options.check, "Deletion and insertion scores of each map, beside random order")
      ->group("Explanation");
  add_input_options(app, options.inputs, options.decode);
  auto* format = app.add_option("--format", options.output.format, "text, json or jsonl [text]")
                     ->type_name("FORMAT")
                     ->check(CLI::IsMember({"text", "json", "jsonl"}))
                     ->group("Output");
  app.add_flag("--json", options.output.json, "Same as --format jsonl: one object an image, a line each")
      ->excludes(format)
      ->group("Output");
  app.add_option("-o,--output", options.pictures,
                 "The maps over the image: FILE.png, or FOLDER/ for several images")
      ->type_name("FILE")
      ->group("Output");
  add_run_options(app, options.run);
  add_cache_option(app, options.stores);
  add_console_options(app, options.console);
  parse(app, "clip-classify explain [IMAGE | FOLDER | -]... --labels A,B,... [OPTIONS]", arguments);
  settle_common_options(options);
  const auto method = options.maps.method;
  const auto only_with = [method](const CLI::Option* option, MapOptions::Method own, const char* why) {
    if (option->count() > 0 && method != own) {
      throw usage_error(option->get_name() + " is for --method " + why);
    }
  };
  only_with(window, MapOptions::Method::occlusion, "occlusion; the other methods hide no squares");
  only_with(masks, MapOptions::Method::rise, "rise; only its masks have a number");
  only_with(steps, MapOptions::Method::gradient, "gradient; the other methods take no steps");
  if (!options.check) {
    only_with(seed, MapOptions::Method::rise, "rise, and for --check; nothing else is random");
  }
  if (method == MapOptions::Method::occlusion && options.maps.window > options.maps.grid) {
    throw usage_error("--window " + std::to_string(options.maps.window) + " does not fit into --grid " +
                      std::to_string(options.maps.grid));
  }
  check_inputs(options);
  return options;
}

}  // namespace clip_classify::cli
