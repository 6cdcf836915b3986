#include "cli/classify_options.h"

#include <algorithm>
#include <filesystem>

#include "clip_classify/embedding_file.h"

namespace clip_classify::cli {
namespace {

constexpr auto kClassifyExamples = R"(Examples:
  clip-classify img.jpg --labels cat,dog
  clip-classify photos/ --labels-file labels.txt --json | jq -r .label
  find . -name '*.jpg' -print0 | clip-classify --files-from - -0 --labels cat,dog --format csv -o out.csv
  cat img.jpg | clip-classify - --labels cat,dog

Commands:
  clip-classify [classify] ...   label images (this help)
  clip-classify ask ...          questions about images, answered with the best of given answers
  clip-classify describe ...     tags and a sentence for images
  clip-classify embed ...        embeddings of images and texts, for other tools and commands
  clip-classify evaluate ...     how right labels are where the truth is known
  clip-classify explain ...      where in an image the model saw a label, and which words carry it
  clip-classify report ...       a page to look through images and their labels in a browser
  clip-classify score ...        how well the images and texts of a table go together
  clip-classify search ...       find images by a text or an image, and near-duplicates
  clip-classify train ...        make a classifier from a few examples of each label
  clip-classify model ...        list, describe and check models
  clip-classify COMMAND --help   what a command takes, with examples
  clip-classify --version        versions of the program and its libraries

Exit status: 0 all done; 1 some images failed, the rest is written; 2 wrong usage, model or output.)";

void check_resume(const ClassifyOptions& options) {
  if (!options.output.resume) {
    return;
  }
  const auto format = chosen_format(options.output);
  if (!options.output.file || options.output.file == "-") {
    throw usage_error("--resume needs a file to go on with: -o FILE");
  }
  if (format == Format::text || format == Format::json) {
    throw usage_error("--resume needs an output of lines: --format jsonl, csv or tsv");
  }
  if (std::ranges::find(options.inputs.paths, "-") != options.inputs.paths.end()) {
    throw usage_error("--resume can't tell an image on standard input from another: name files");
  }
}

}  // namespace

ClassifyOptions parse_classify(const Arguments& arguments) {
  ClassifyOptions options;
  std::string quantity = "probability";
  CLI::App app("Labels images with words of your choice (zero-shot classification).\n", "clip-classify");
  app.footer(kClassifyExamples);
  add_label_options(app, options.labels, options.prompts);
  add_input_options(app, options.inputs, options.decode);
  add_classifier_option(app, options.classifier);
  add_ranking_options(app, options.ranking, quantity);
  add_multi_label_option(app, options.multi_label);
  add_output_options(app, options.output);
  add_resume_option(app, options.output);
  add_run_options(app, options.run);
  add_store_options(app, options.stores);
  add_console_options(app, options.console);
  parse(app, "clip-classify [IMAGE | FOLDER | -]... --labels A,B,... [OPTIONS]", arguments);
  if (options.classifier && options.multi_label) {
    throw usage_error("--multi-label judges each label alone; a classifier of train chooses one among all");
  }
  settle_ranking_options(app, options.ranking, quantity, chosen_format(options.output));
  check_resume(options);
  settle_common_options(options);
  return options;
}

bool is_single_image(const InputOptions& inputs) {
  std::error_code ignored;
  return inputs.paths.size() == 1 && !inputs.files_from && !is_embedding_file(inputs.paths.front()) &&
         !std::filesystem::is_directory(inputs.paths.front(), ignored);
}

}  // namespace clip_classify::cli
