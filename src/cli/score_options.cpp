#include "cli/score_options.h"

#include <algorithm>

#include "clip_classify/embedding_file.h"
#include "clip_classify/pair_scores.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

constexpr auto kScoreExamples = R"(Examples:
  clip-classify score pairs.csv
  clip-classify score pairs.csv --template 'A photo depicts {}'          CLIPScore as its authors compute it
  clip-classify score captions.csv --retrieval --summary --json          recall at 1, 5 and 10, both ways
  clip-classify score generated.csv --threshold 0.7 --format csv -o kept.csv
  clip-classify score pairs.csv photos.npy          images by name from embed's file, in place of reading them

PAIRS is CSV, TSV or JSON lines, or - for standard input, with the columns image (or path, file), text (or
caption) and perhaps references (or refs): several, between | or as a JSON list.

Exit status: 0 all done; 1 some images failed, the rest is written; 2 wrong usage, table, model or output.)";

constexpr double kHighestClipScore = 2.5;

/// PAIRS and what follows it.
void settle_inputs(ScoreOptions& options, const std::vector<std::string>& paths) {
  if (paths.empty()) {
    throw usage_error(
        "no table of pairs given: clip-classify score pairs.csv (see clip-classify score --help)");
  }
  options.pairs = paths.front();
  if (is_embedding_file(options.pairs)) {
    throw usage_error(utf8::printable(options.pairs) +
                      ": name the table of pairs first, then embedding files");
  }
  options.embeddings.assign(paths.begin() + 1, paths.end());
  const auto other = std::ranges::find_if_not(options.embeddings, is_embedding_file);
  if (other != options.embeddings.end()) {
    throw usage_error(utf8::printable(*other) +
                      ": is no embedding file (.npy), and one table is scored in a run");
  }
}

}  // namespace

ScoreOptions parse_score(const Arguments& arguments) {
  ScoreOptions options;
  std::vector<std::string> paths;
  CLI::App app(
      "Says how well the images and texts of a table's rows go together: CLIPScore, and retrieval ranks.\n",
      "clip-classify score");
  app.footer(kScoreExamples);
  app.add_option("PAIRS", paths)->group("Pairs");
  app.add_option("--template", options.text_template,
                 "What every text and reference goes into; CLIPScore's authors take\n'" +
                     std::string(kClipScorePrefix) + "{}' [{}]")
      ->type_name("TEXT")
      ->group("Pairs");
  app.add_flag("--retrieval", options.retrieval,
               "Rank each image among all images, and each text among all texts")
      ->group("Pairs");
  app.add_option("--threshold", options.threshold, "Leave out rows whose CLIPScore is less")
      ->type_name("S")
      ->group("Pairs");
  app.add_flag("--summary", options.summary, "Only the figures of all rows together")->group("Pairs");
  add_decode_options(app, options.decode);
  add_output_options(app, options.output);
  add_run_options(app, options.run);
  add_store_options(app, options.stores);
  add_console_options(app, options.console);
  parse(app, "clip-classify score PAIRS [PHOTOS.npy]... [OPTIONS]", arguments);
  settle_common_options(options);
  settle_inputs(options, paths);
  if (options.threshold && !(*options.threshold >= 0 && *options.threshold <= kHighestClipScore)) {
    throw usage_error("--threshold is outside 0 to 2.5, where CLIPScores are");
  }
  return options;
}

}  // namespace clip_classify::cli
