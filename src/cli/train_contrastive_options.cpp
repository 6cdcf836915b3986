#include "cli/train_contrastive_options.h"

#include <algorithm>
#include <charconv>

#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

constexpr auto kTrainContrastiveExamples = R"(Examples:
  clip-classify train pairs.csv --contrastive -o models/mine                     the last layers of compact
  clip-classify train pairs.csv --contrastive --model models/b32 --tune last:2 -o models/mine
  clip-classify train pairs.csv --contrastive --model models/b32 --tune all --pairs 512 -o models/mine
  clip-classify train pairs.csv --contrastive -o models/mine --resume            after a kill
  clip-classify new.jpg --model models/mine --labels 'spare part,defect'

PAIRS is CSV, TSV or JSON lines, or - for standard input, with the columns image (or path, file) and text (or
caption). While it trains, models/mine.checkpoint holds where it stands; the model folder is written at the end,
whole or not at all, and passes clip-classify model verify.

Exit status: 0 all done; 1 some images failed, the rest was trained on; 2 wrong usage, table, model or output.)";

constexpr double kRateOfProjection = 1e-3;
constexpr double kRateOfBlocks = 1e-5;

/// "projection", "last:N" or "all".
TunedPart parse_tune(const std::string& text) {
  using Kind = TunedPart::Kind;
  if (text == "projection" || text == "all") {
    return {text == "all" ? Kind::all : Kind::projection};
  }
  TunedPart part{Kind::last_blocks};
  if (text.starts_with("last:")) {
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + 5, end, part.blocks);
    if (error == std::errc() && rest == end && part.blocks > 0) {
      return part;
    }
  }
  throw usage_error("--tune: " + utf8::quoted(text) + " is none of projection, last:N (N blocks) and all");
}

void parse_augment(const std::string& text, ContrastiveOptions& training) {
  training.crop = training.flip = false;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const auto end = std::min(text.find(',', begin), text.size());
    const auto word = text.substr(begin, end - begin);
    if (word != "crop" && word != "flip" && (word != "none" || text != "none")) {
      throw usage_error("--augment: " + utf8::quoted(text) + " is none of crop, flip, crop,flip and none");
    }
    training.crop = training.crop || word == "crop";
    training.flip = training.flip || word == "flip";
    begin = end + 1;
  }
}

void add_what_is_trained(CLI::App& app, ContrastiveOptions& training, std::string& output,
                         bool& contrastive) {
  app.add_flag("--contrastive", contrastive, "Train the model's encoders on images and their texts")
      ->group("Training");
  app.add_option("-o,--output", output, "The model folder to make")
      ->type_name("FOLDER")
      ->required()
      ->group("Training");
  app.add_option_function<std::string>(
         "--loss",
         [&training](const std::string& name) {
           training.loss = name == "clip" ? ContrastiveLoss::clip : ContrastiveLoss::siglip;
         },
         "clip: one text among all of the batch, and one image\n"
         "(InfoNCE); siglip: yes or no for each pair [clip]")
      ->type_name("LOSS")
      ->check(CLI::IsMember({"clip", "siglip"}))
      ->group("Training");
  app.add_option_function<std::string>(
         "--tune", [&training](const std::string& text) { training.tune = parse_tune(text); },
         "projection (the last layers), last:N (and N blocks), or all\n[projection]")
      ->type_name("PART")
      ->group("Training");
  app.add_flag("--resume", training.resume, "Go on from FOLDER.checkpoint, where there is one")
      ->group("Training");
}

void add_how_it_is_trained(CLI::App& app, ContrastiveOptions& training) {
  app.add_option("--epochs", training.epochs, "Times that every pair is seen [10]")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->group("Training");
  app.add_option(
         "--pairs", training.pairs,
         "Pairs compared with each other in a step; more than\n--batch-size cost time, not memory [64]")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{2}, std::size_t{1} << 20))
      ->group("Training");
  app.add_option("--learning-rate", training.learning_rate,
                 "The highest, after warming up, of AdamW; then it falls as a\n"
                 "cosine [0.001; last:N, all: 0.00001]")
      ->type_name("R")
      ->check(CLI::Range(0.0, 10.0))
      ->group("Training");
  app.add_option("--weight-decay", training.weight_decay, "Of matrices [0.1]")
      ->type_name("R")
      ->check(CLI::Range(0.0, 10.0))
      ->group("Training");
  app.add_option("--warmup", training.warmup, "Share of the training in which the rate rises [0.05]")
      ->type_name("SHARE")
      ->check(CLI::Range(0.0, 0.9))
      ->group("Training");
  app.add_option_function<std::string>(
         "--augment", [&training](const std::string& text) { parse_augment(text, training); },
         "crop (90 to 100 % of the area), flip (not where a text says\nleft or right), none [crop,flip]")
      ->type_name("HOW")
      ->group("Training");
  app.add_option("--validation", training.validation, "Share of the images to hold out, and stop by [0.1]")
      ->type_name("SHARE")
      ->check(CLI::Range(0.0, 0.9))
      ->group("Training");
  app.add_option("--patience", training.patience,
                 "Stop after so many epochs without a better loss on those;\n0: never [5]")
      ->type_name("N")
      ->group("Training");
  app.add_option("--checkpoint-steps", training.checkpoint_steps,
                 "Keep the state after so many steps, too, not only epochs [200]")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 40))
      ->group("Training");
  app.add_option("--seed", training.seed, "Of all that is random [0]")->type_name("N")->group("Training");
}

}  // namespace

TrainContrastiveOptions parse_train_contrastive(const Arguments& arguments) {
  TrainContrastiveOptions options;
  auto& training = options.training;
  std::vector<std::string> tables;
  std::string output;
  bool contrastive = false;  // said already by whoever called this
  CLI::App app("Trains a model on pairs of images and texts: a new model folder.\n", "clip-classify train");
  app.footer(kTrainContrastiveExamples);
  app.add_option("PAIRS", tables)->group("Training");
  add_what_is_trained(app, training, output, contrastive);
  add_how_it_is_trained(app, training);
  add_decode_options(app, options.decode);
  app.add_flag("--json", options.output.json, "Each epoch as a JSON object")->group("Output");
  add_run_options(app, options.run);
  add_console_options(app, options.console);
  parse(app, "clip-classify train PAIRS --contrastive -o FOLDER [OPTIONS]", arguments);
  if (tables.size() != 1) {
    throw usage_error(tables.empty()
                          ? "no table of pairs given: clip-classify train pairs.csv --contrastive -o FOLDER"
                          : "one table is trained on in a run, not " + std::to_string(tables.size()));
  }
  if (output.empty() || output == "-") {
    throw usage_error("-o needs the name of a folder; standard output says how training goes");
  }
  options.table = tables.front();
  while (output.size() > 1 && output.back() == '/') {
    output.pop_back();
  }
  training.output = output;
  if (app.count("--learning-rate") == 0) {
    training.learning_rate =
        training.tune.kind == TunedPart::Kind::projection ? kRateOfProjection : kRateOfBlocks;
  }
  if (options.run.encoder.precision && *options.run.encoder.precision != Precision::fp32) {
    throw usage_error("--precision: training is done in fp32");
  }
  training.decode = options.decode;
  training.device = options.run.encoder.device;
  training.at_once = options.run.batch_size;
  settle_common_options(options);
  return options;
}

}  // namespace clip_classify::cli
