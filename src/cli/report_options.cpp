#include "cli/report_options.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

constexpr auto kReportExamples = R"(Examples:
  clip-classify report photos/ --labels cat,dog -o report.html
  clip-classify report --truth photos/ -o report.html       a folder for each class: photos/cat, photos/dog
  clip-classify report --truth photos/ --maps mistakes -o report.html     and where the model looked
  clip-classify photos/ --labels cat,dog --json -o run.jsonl
  clip-classify report --results run.jsonl --truth truth.csv -o report.html

The page holds small pictures of all images and loads nothing. With --truth, as evaluate takes it, mistakes
stand first: images whose first label is none of those that are right. Where no images are named, those of the
truth are taken, and where no labels are, its classes.

Exit status: 0 all done; 1 some images failed, the rest is on the page; 2 wrong usage, truth, records, model or
output.)";

/// What an earlier run has settled; its records are not classified again.
constexpr std::array kSettledGroups{"Labels", "Choice", "Model"};
constexpr std::array kSettledImages{"IMAGE", "--files-from", "--null"};

void check_results(const CLI::App& app, const ReportOptions& options) {
  if (options.maps != ReportOptions::Maps::none) {
    throw usage_error(
        "--maps needs the model to look at the images again, which --results does not: name images and "
        "labels "
        "instead, as in report photos/ --labels cat,dog --maps all");
  }
  for (const auto* option : app.get_options()) {
    const auto name = option->get_name();
    const bool settled = std::ranges::find(kSettledGroups, option->get_group()) != kSettledGroups.end() ||
                         std::ranges::find(kSettledImages, name) != kSettledImages.end();
    if (settled && option->count() > 0) {
      throw usage_error("--results is of images that are classified already, so " + name +
                        " has no meaning beside it");
    }
  }
}

void check_images(const ReportOptions& options) {
  if (std::ranges::find(options.inputs.paths, "-") != options.inputs.paths.end()) {
    throw usage_error(
        "report reads images again for their pictures, so it takes none on standard input: name files");
  }
  if (!options.names_images() && !options.truth) {
    throw usage_error(
        "no images given: clip-classify report photos/ --labels cat,dog -o report.html (see clip-classify "
        "report --help)");
  }
}

void check_maps(const ReportOptions& options) {
  if (options.maps == ReportOptions::Maps::mistakes && !options.truth) {
    throw usage_error(
        "--maps mistakes: without the truth nothing is a mistake; add --truth, or take --maps all");
  }
  if (options.maps != ReportOptions::Maps::none && options.thumbnail == 0) {
    throw usage_error("--maps are drawn over the pictures, and --thumbnails 0 leaves those out");
  }
}

std::string default_title(const ReportOptions& options) {
  const auto& paths = options.inputs.paths;
  const auto named = options.results  ? *options.results
                     : !paths.empty() ? paths.front()
                     : options.truth  ? *options.truth
                                      : options.inputs.files_from.value_or("");
  auto path = std::filesystem::path(named).lexically_normal();
  if (!path.has_filename()) {
    path = path.parent_path();
  }
  const auto title = utf8::printable(path.has_filename() ? path.filename().string() : named);
  return paths.size() > 1 ? title + " and " + std::to_string(paths.size() - 1) + " more" : title;
}

}  // namespace

ReportOptions parse_report(const Arguments& arguments) {
  ReportOptions options;
  std::string quantity = "probability";
  CLI::App app("Makes a page to look through images and their labels in a browser, mistakes first.\n",
               "clip-classify report");
  app.footer(kReportExamples);
  add_label_options(app, options.labels, options.prompts);
  add_input_options(app, options.inputs, options.decode);
  app.remove_option(app.get_option("--shard"));  // pages are not joined one after the other
  app.add_option("--truth", options.truth,
                 "The labels that are right: a folder with a folder for each class, or CSV, TSV\n"
                 "or JSON lines with the columns image and label")
      ->type_name("TRUTH")
      ->group("Report");
  app.add_option("--results", options.results,
                 "Show the records of an earlier run (classify --json) in place of classifying")
      ->type_name("FILE")
      ->group("Report");
  app.add_option_function<std::string>(
         "--maps",
         [&options](const std::string& name) {
           options.maps = name == "all" ? ReportOptions::Maps::all : ReportOptions::Maps::mistakes;
         },
         "Heat maps as explain makes them, of the first label and of those that are right,\n"
         "for mistakes (needs --truth) or for all images")
      ->type_name("WHICH")
      ->check(CLI::IsMember({"mistakes", "all"}))
      ->group("Report");
  app.add_option("--title", options.title, "What stands at the head of the page [the images' name]")
      ->type_name("TEXT")
      ->group("Report");
  app.add_option("--thumbnails", options.thumbnail,
                 "Pixels of the pictures' longer side, 32 to 1024; 0: none [192]")
      ->type_name("N")
      ->check([](const std::string& text) {
        int side = 0;
        const bool fits =
            CLI::detail::lexical_cast(text, side) && (side == 0 || (side >= 32 && side <= 1024));
        return fits ? std::string() : "\"" + text + "\" is neither 0 nor 32 to 1024";
      })
      ->group("Report");
  add_ranking_options(app, options.ranking, quantity);
  add_multi_label_option(app, options.multi_label);
  app.add_option("-o,--output", options.output.file, "Write the page to a file: whole, or not at all")
      ->type_name("FILE.html")
      ->group("Output");
  add_run_options(app, options.run);
  add_store_options(app, options.stores);
  add_console_options(app, options.console);
  parse(app, "clip-classify report [IMAGE | FOLDER]... --labels A,B,... -o FILE.html [OPTIONS]", arguments);
  settle_ranking_options(app, options.ranking, quantity, Format::text);
  settle_common_options(options);
  if (options.results) {
    check_results(app, options);
  } else {
    check_images(options);
  }
  check_maps(options);
  if (results_on_terminal(options.output)) {
    throw usage_error("a page is nothing for a terminal: name a file, -o report.html");
  }
  if (options.title.empty()) {
    options.title = default_title(options);
  }
  return options;
}

}  // namespace clip_classify::cli
