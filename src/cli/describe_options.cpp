#include "cli/describe_options.h"

#include <algorithm>

#include "clip_classify/embedding_file.h"

namespace clip_classify::cli {
namespace {

constexpr auto kDescribeExamples = R"(Examples:
  clip-classify describe img.jpg
  clip-classify describe photos/ --tags --json | jq -r '.tags[].tag' | sort | uniq -c
  clip-classify describe photos/ --tags --sidecar -q > tags.txt
  clip-classify describe img.jpg --phrases birds.txt

A file of phrases has one a line, each a thing ("sparrow hawk"); or KIND, a tab and PHRASE, where KIND is thing,
stuff (takes no article: "grass"), place, attribute ("black"), activity ("sleeping") or style ("oil painting").
Sentences are put together by the rules of English; tags may be in any language that the model learned.

Exit status: 0 all done; 1 some images or sidecars failed, the rest is written; 2 wrong usage, model or
output.)";

/// More would not be tags.
constexpr std::size_t kMostTags = 100;

void check_sidecar(const DescribeOptions& options) {
  const auto& paths = options.inputs.paths;
  if (!options.sidecar) {
    return;
  }
  if (std::ranges::find(paths, "-") != paths.end()) {
    throw usage_error(
        "--sidecar is written beside an image's file, which standard input has not: name files");
  }
  if (std::ranges::any_of(paths, is_embedding_file)) {
    throw usage_error(
        "--sidecar is written beside images, not for the rows of an embedding file: name images");
  }
}

}  // namespace

DescribeOptions parse_describe(const Arguments& arguments) {
  DescribeOptions options;
  CLI::App app("Finds tags for images, and the sentence of such phrases that is most like them.\n",
               "clip-classify describe");
  app.footer(kDescribeExamples);
  app.add_flag("--tags", options.tags_only, "Tags alone: no sentence, and much faster")->group("Description");
  app.add_option("-k,--top-k", options.tags.count, "Tags shown for an image at most, best first [10]")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, kMostTags))
      ->group("Description");
  app.add_option("--threshold", options.tags.threshold,
                 "Leave out tags that score less [a third of the best tag's score]")
      ->type_name("P")
      ->check(CLI::Range(0.0, 1.0))
      ->group("Description");
  app.add_flag("--sidecar", options.sidecar,
               "Also add them to IMAGE.EXT.xmp beside each image, for photo managers;\n"
               "the image is not touched")
      ->group("Description");
  add_repeatable(app, "--phrases", options.phrase_files,
                 "Phrases beside the bank that ships; may be repeated")
      ->type_name("FILE")
      ->group("Description");
  app.add_flag("--phrases-only", options.own_phrases_only, "In place of the bank that ships")
      ->group("Description");
  add_common_options(app, options);
  parse(app, "clip-classify describe [IMAGE | FOLDER | -]... [OPTIONS]", arguments);
  settle_common_options(options);
  if (options.own_phrases_only && options.phrase_files.empty()) {
    throw usage_error("--phrases-only leaves no phrases: give some with --phrases FILE");
  }
  check_sidecar(options);
  return options;
}

}  // namespace clip_classify::cli
