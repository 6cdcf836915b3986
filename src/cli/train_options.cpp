#include "cli/train_options.h"

#include "clip_classify/error.h"

namespace clip_classify::cli {
namespace {

constexpr auto kTrainExamples = R"(Examples:
  clip-classify train my-photos/ -o parts.clf                 a folder for each label, images in it
  clip-classify train labelled.csv -o parts.clf               a table with the columns image and label
  clip-classify embed my-photos/ -o photos.npy && clip-classify train photos.npy -o parts.clf
  clip-classify new.jpg --classifier parts.clf
  clip-classify train my-photos/ --labels 'spare part' --reject 0.05 -o parts.clf
  clip-classify train pairs.csv --contrastive -o models/mine  the model itself (see train --contrastive --help)

Of a folder's images the label is the folder in it that they are in; of images in lists and embedding files,
the last folder of their path. Prompts are made of the labels, "_" taken for a space; synonyms for them, and
labels without examples, come from --labels and the like. What is best (words alone, Gaussian discriminant
analysis or logistic regression, and how strong) is found by cross-validation among the images given.

Exit status: 0 all done; 1 some images failed, the rest was trained on; 2 wrong usage, model or output.)";

}  // namespace

TrainOptions parse_train(const Arguments& arguments) {
  TrainOptions options;
  CLI::App app("Makes a classifier from a few examples of each label, and from what words say of them.\n",
               "clip-classify train");
  app.footer(kTrainExamples);
  add_label_options(app, options.labels, options.prompts);
  app.add_option("-o,--output", options.classifier, "The classifier: written whole, or not at all")
      ->type_name("FILE")
      ->required()
      ->group("Training");
  app.add_option_function<std::string>(
         "--method", [&options](const std::string& name) { options.method = method_of(name); },
         "auto, words, gaussian or logistic [auto: the best of them]")
      ->type_name("METHOD")
      ->check(CLI::IsMember({"auto", "words", "gaussian", "logistic"}))
      ->group("Training");
  app.add_option("--reject", options.reject,
                 "Learn to say \"none of these\", accepting this share of images that are none: 0.05")
      ->type_name("RATE")
      ->group("Training");
  add_input_options(app, options.inputs, options.decode);
  app.add_flag("--json", options.output.json, "What was found as one JSON object")->group("Output");
  add_run_options(app, options.run);
  add_store_options(app, options.stores);
  add_console_options(app, options.console);
  parse(app, "clip-classify train FOLDER... | TABLE | FILE.npy -o FILE [OPTIONS]", arguments);
  if (options.inputs.shard.count > 1) {
    throw usage_error("--shard is for commands that treat each image by itself; training needs all of them");
  }
  if (options.classifier == "-") {
    throw usage_error("-o needs the name of a file; standard output says what was found");
  }
  if (options.reject && !(*options.reject > 0 && *options.reject < 1)) {
    throw usage_error("--reject is a share between 0 and 1, such as 0.05");
  }
  settle_common_options(options);
  return options;
}

}  // namespace clip_classify::cli
