#include "cli/evaluate_options.h"

#include <algorithm>
#include <filesystem>

#include "clip_classify/embedding_file.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

constexpr auto kEvaluateExamples = R"(Examples:
  clip-classify evaluate photos/                             a folder for each class: photos/cat, photos/dog
  clip-classify evaluate truth.csv --labels-file labels.json --confusion matrix.svg
  clip-classify evaluate truth.csv photos.npy --json         images by name from embed's file
  clip-classify evaluate photos/ --against bare --template '{}' --against b32 --model models/b32
  clip-classify evaluate photos/ --against trained --classifier parts.clf
  clip-classify evaluate truth.csv --groups region --counterfactual 'man=woman,he=she'

TRUTH is a folder with a folder for each class, whose names are the labels unless others are given, or CSV, TSV
or JSON lines, or - for standard input, with the columns image (or path, file) and label (or labels, class,
truth). Several labels, between | or as a JSON list, make each label judged alone.

--against NAME begins another way to classify the same images: the options behind it (--model, --labels,
--template, --classifier and the like, and .npy files) take the place of those before the first --against.

Exit status: 0 all done; 1 some images failed, the rest is evaluated; 2 wrong usage, truth, model or output.)";

constexpr std::string_view kAgainst = "--against";
constexpr std::size_t kMostSamples = 1'000'000;

/// "base" and what stands before the first --against, then the others.
struct Section {
  std::string name;
  Arguments arguments;
};

std::string checked_name(const std::string& name, const std::vector<Section>& before) {
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-'; };
  if (name.empty() || name.front() == '-' || !std::ranges::all_of(name, fits)) {
    throw usage_error("--against: " + utf8::quoted(name) +
                      " is no name; give one of letters, digits, dots and dashes, then its options");
  }
  if (std::ranges::find(before, name, &Section::name) != before.end()) {
    throw usage_error("--against " + name + ": there is another of this name");
  }
  return name;
}

std::vector<Section> split(const Arguments& arguments) {
  std::vector<Section> sections{{"base", {}}};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    if (argument == kAgainst) {
      const std::string name = i + 1 < arguments.size() ? arguments[++i] : "";
      sections.push_back({checked_name(name, sections), {}});
    } else if (argument.starts_with(std::string(kAgainst) + "=")) {
      sections.push_back({checked_name(argument.substr(kAgainst.size() + 1), sections), {}});
    } else {
      sections.back().arguments.push_back(argument);
    }
  }
  return sections;
}

VariantOptions parse_variant(const Section& section, const VariantOptions& base) {
  VariantOptions variant{section.name, base.run, {}, {}, {}, {}};
  CLI::App app("", "clip-classify evaluate");
  app.add_option("FILE", variant.embeddings);
  add_label_options(app, variant.labels, variant.prompts);
  add_classifier_option(app, variant.classifier);
  add_run_options(app, variant.run);
  try {
    parse(app, "", section.arguments);
  } catch (const Error& error) {
    throw usage_error("--against " + section.name + ": " + error.what() +
                      "; what holds for all stands before the first --against");
  }
  if (app.count("--model") == 0) {
    variant.run.model = base.run.model;
  }
  const bool own_words =
      !names_none(variant.labels) || !variant.prompts.templates.empty() || !variant.prompts.files.empty();
  if (!variant.classifier && !own_words && app.count("--model") == 0) {
    variant.classifier = base.classifier;
  }
  if (names_none(variant.labels)) {
    variant.labels = base.labels;
  }
  if (variant.prompts.templates.empty() && variant.prompts.files.empty()) {
    variant.prompts = base.prompts;
  }
  if (variant.embeddings.empty()) {
    variant.embeddings = base.embeddings;
  }
  return variant;
}

void add_evaluation_options(CLI::App& app, EvaluateOptions& options) {
  app.add_flag("--multi-label", options.multi_label,
               "Judge each label alone, also where the truth has one an image")
      ->group("Figures");
  app.add_option("--threshold", options.threshold, "From which on a label judged alone counts as given [0.5]")
      ->type_name("P")
      ->check(CLI::Range(0.0, 1.0))
      ->group("Figures");
  app.add_option("--bootstrap", options.samples,
                 "Samples of the images for the 95 % intervals; 0: none [1000]")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{0}, kMostSamples))
      ->group("Figures");
  app.add_option("--seed", options.seed, "Of these samples [0]")->type_name("N")->group("Figures");
  app.add_option("--mistakes", options.mistakes, "The most confident ones that are listed [10]")
      ->type_name("N")
      ->group("Figures");
  app.add_option("--confusion", options.confusion,
                 "Write the confusion matrix: FILE.csv, or FILE.svg, a picture; with --against\n"
                 "FILE-NAME for the others")
      ->type_name("FILE")
      ->group("Figures");
  app.add_option("--groups", options.groups,
                 "Every figure for each value of a column of the table, and how the groups differ")
      ->type_name("COLUMN")
      ->group("Fairness");
  app.add_option("--skew-at", options.skew_at,
                 "With --groups: among how many of a label's first images a group's share is\n"
                 "looked at [a tenth]")
      ->type_name("K")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 32))
      ->group("Fairness");
  app.add_option("--counterfactual", options.counterfactual,
                 "Swap words in labels and prompts, and say how far scores move: 'man=woman,he=she'")
      ->type_name("A=B,...")
      ->group("Fairness");
}

void check(const EvaluateOptions& options) {
  const auto format = chosen_format(options.output);
  if (format == Format::csv || format == Format::tsv) {
    throw usage_error(
        "--format: figures are text or one JSON object; --confusion FILE.csv writes the matrix");
  }
  if (options.confusion && !is_picture(*options.confusion) && !options.confusion->ends_with(".csv")) {
    throw usage_error("--confusion " + utf8::printable(*options.confusion) +
                      ": name a FILE.csv, or a FILE.svg for a picture");
  }
  if (options.skew_at && !options.groups) {
    throw usage_error("--skew-at is for --groups COLUMN, which is not given");
  }
  for (const auto& variant : options.variants) {
    if (variant.classifier && (options.multi_label || options.counterfactual)) {
      throw usage_error(std::string(options.multi_label ? "--multi-label judges each label alone"
                                                        : "--counterfactual swaps words") +
                        "; a classifier of train chooses one label among all, and not by words alone");
    }
    const auto other = std::ranges::find_if_not(variant.embeddings, is_embedding_file);
    if (other != variant.embeddings.end()) {
      throw usage_error(utf8::printable(*other) +
                        ": is no embedding file (.npy), and one truth is evaluated in a run");
    }
  }
}

}  // namespace

EvaluateOptions parse_evaluate(const Arguments& arguments) {
  const auto sections = split(arguments);
  EvaluateOptions options;
  VariantOptions base;
  std::vector<std::string> paths;
  CLI::App app(
      "Says how right labels are, with intervals, where the truth is known, and for whom they are wrong.\n",
      "clip-classify evaluate");
  app.footer(kEvaluateExamples);
  app.add_option("TRUTH", paths)->group("Truth");
  add_label_options(app, base.labels, base.prompts);
  add_classifier_option(app, base.classifier);
  add_evaluation_options(app, options);
  add_decode_options(app, options.decode);
  add_output_options(app, options.output);
  add_run_options(app, options.run);
  add_store_options(app, options.stores);
  add_console_options(app, options.console);
  parse(app, "clip-classify evaluate TRUTH [PHOTOS.npy]... [OPTIONS] [--against NAME OPTIONS]...",
        sections.front().arguments);
  settle_common_options(options);
  if (paths.empty()) {
    throw usage_error(
        "no truth given: clip-classify evaluate photos/, with a folder for each class, or a table (see "
        "clip-classify evaluate --help)");
  }
  options.truth = paths.front();
  if (is_embedding_file(options.truth)) {
    throw usage_error(utf8::printable(options.truth) +
                      ": name the truth first, a folder or a table, then embedding files");
  }
  base.run = options.run;
  base.embeddings.assign(paths.begin() + 1, paths.end());
  options.variants.push_back(base);
  for (std::size_t i = 1; i < sections.size(); ++i) {
    options.variants.push_back(parse_variant(sections[i], base));
  }
  check(options);
  return options;
}

bool is_picture(const std::string& file) {
  return file.ends_with(".svg");
}

std::string confusion_file(const EvaluateOptions& options, const std::string& file, std::size_t variant) {
  const std::filesystem::path path = file;
  if (variant == 0) {
    return path.string();
  }
  auto name = path.stem().string() + "-" + options.variants[variant].name + path.extension().string();
  return path.parent_path().empty() ? name : (path.parent_path() / name).string();
}

}  // namespace clip_classify::cli
