#include "cli/options.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "clip_classify/error.h"
#include "clip_classify/model_folders.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

/// More than this many processes would mean a slip of the finger.
constexpr std::size_t kMostShards = 1'000'000;

/// "2/5" into `shard`.
void parse_shard(const std::string& text, Shard& shard) {
  const char* const end = text.data() + text.size();
  const auto index = std::from_chars(text.data(), end, shard.index);
  const bool divided = index.ec == std::errc() && index.ptr != end && *index.ptr == '/';
  const auto count = divided ? std::from_chars(index.ptr + 1, end, shard.count) : index;
  if (!divided || count.ec != std::errc() || count.ptr != end || shard.index < 1 ||
      shard.index > shard.count || shard.count > kMostShards) {
    throw usage_error("--shard: \"" + text + "\" is not I/N, part I of N, with I from 1 to N");
  }
}

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

}  // namespace

CLI::Option* add_repeatable(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                            const std::string& help) {
  return app.add_option(name, values, help)->allow_extra_args(false)->take_all();
}

void add_classifier_option(CLI::App& app, std::optional<std::string>& file) {
  app.add_option("--classifier", file, "What train made, in place of labels or together with some")
      ->type_name("FILE")
      ->group("Labels");
}

void add_label_options(CLI::App& app, LabelOptions& labels, PromptOptions& prompts) {
  add_repeatable(app, "--labels", labels.lists, "Labels to choose from: cat,dog")
      ->type_name("A,B,...")
      ->group("Labels");
  add_repeatable(app, "--label", labels.labels, "One label, commas kept: 'salt, pepper'; may be repeated")
      ->type_name("TEXT")
      ->group("Labels");
  add_repeatable(app, "--labels-file", labels.files,
                 "A label a line, or JSON: a list, or {\"label\": [\"synonym\", ...]}")
      ->type_name("FILE")
      ->group("Labels");
  add_repeatable(app, "--template", prompts.templates,
                 "Prompt with {} for the label: 'a photo of a {}'; several are averaged\n"
                 "[default: the model's]")
      ->type_name("TEXT")
      ->group("Labels");
  add_repeatable(app, "--templates-file", prompts.files, "A template a line")
      ->type_name("FILE")
      ->group("Labels");
}

bool names_none(const LabelOptions& labels) {
  return labels.lists.empty() && labels.labels.empty() && labels.files.empty();
}

void add_text_options(CLI::App& app, std::vector<std::string>& texts, std::vector<std::string>& files) {
  add_repeatable(app, "--text", texts, "A text; may be repeated")->type_name("TEXT")->group("Texts");
  add_repeatable(app, "--texts-file", files, "A text a line")->type_name("FILE")->group("Texts");
}

void add_input_options(CLI::App& app, InputOptions& inputs, DecodeOptions& decode) {
  app.add_option("IMAGE", inputs.paths, "Image files, folders (with all below them), or - for standard input")
      ->type_name("")
      ->group("Images");
  app.add_option("--files-from", inputs.files_from, "Read image paths from a file, or - for standard input")
      ->type_name("FILE")
      ->group("Images");
  app.add_flag("-0,--null", inputs.nul_separated, "Paths of --files-from end with NUL, as from find -print0")
      ->group("Images");
  app.add_option_function<std::string>(
         "--shard", [&inputs](const std::string& text) { parse_shard(text, inputs.shard); },
         "Only part I of N, for several processes or machines: outputs of\n"
         "1/N to N/N one after the other are the whole")
      ->type_name("I/N")
      ->group("Images");
  add_decode_options(app, decode);
}

void add_decode_options(CLI::App& app, DecodeOptions& decode) {
  app.add_option_function<std::string>(
         "--decode", [&decode](const std::string& mode) { decode.reduce = mode == "fast"; },
         "exact, or fast: large JPEGs at 1/2, 1/4 or 1/8 of their size [exact]")
      ->type_name("HOW")
      ->check(CLI::IsMember({"exact", "fast"}))
      ->group("Images");
  app.add_flag("!--no-exif", decode.apply_exif, "Leave pictures as stored, not turned as EXIF says")
      ->group("Images");
  app.add_option("--max-pixels", decode.max_pixels, "Refuse larger images, by their header [178956970]")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40))
      ->group("Images");
}

void add_multi_label_option(CLI::App& app, bool& multi_label) {
  app.add_flag("--multi-label", multi_label, "Judge each label alone: several may apply, or none")
      ->group("Choice");
}

void add_ranking_options(CLI::App& app, RankingOptions& ranking, std::string& quantity) {
  app.add_option("-k,--top-k", ranking.top_k,
                 "Labels shown for an image, best first; 0: all [5; csv, tsv: 1]")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1} << 32))
      ->group("Choice");
  app.add_option("--threshold", ranking.threshold, "Leave out labels that score less")
      ->type_name("P")
      ->group("Choice");
  app.add_option("--scores", quantity, "probability, similarity (cosine) or logit [probability]")
      ->type_name("WHAT")
      ->check(CLI::IsMember({"probability", "similarity", "logit"}))
      ->group("Choice");
}

void settle_ranking_options(const CLI::App& app, RankingOptions& ranking, const std::string& quantity,
                            Format format) {
  ranking.quantity = quantity == "similarity" ? Quantity::similarity
                     : quantity == "logit"    ? Quantity::logit
                                              : Quantity::probability;
  check_threshold(ranking);
  if (app.count("--top-k") == 0 && (format == Format::csv || format == Format::tsv)) {
    ranking.top_k = 1;
  }
}

void add_run_options(CLI::App& app, RunOptions& run) {
  if (const char* model = std::getenv("CLIP_CLASSIFY_MODEL"); model != nullptr && *model != '\0') {
    run.model = model;
  }
  app.add_option("--model", run.model, "Model name or folder [$CLIP_CLASSIFY_MODEL, else compact]")
      ->type_name("MODEL")
      ->group("Model");
  app.add_option("--device", run.encoder.device, "auto, cpu, cuda or cuda:N [auto]")
      ->type_name("WHERE")
      ->check([](const std::string& text) {
        const bool numbered = text.starts_with("cuda:") && text.size() > 5 && text.size() < 8 &&
                              text.find_first_not_of("0123456789", 5) == std::string::npos;
        return text == "auto" || text == "cpu" || text == "cuda" || numbered
                   ? std::string()
                   : "\"" + text + "\" is none of auto, cpu, cuda, cuda:N";
      })
      ->group("Model");
  app.add_option_function<std::string>(
         "--precision", [&run](const std::string& name) { run.encoder.precision = precision_named(name); },
         "auto, fp32, bf16, fp16 or int8 [auto: int8 where exported\nso, else fp32; on CUDA fp16]")
      ->type_name("TYPE")
      ->check(CLI::IsMember({"auto", "fp32", "bf16", "fp16", "int8"}))
      ->group("Model");
  app.add_flag("--trust", run.trust, "Run a model folder that has no sums to check its files against")
      ->group("Model");
  app.add_option("--threads", run.encoder.threads, "Threads [one for each core]")
      ->type_name("N")
      ->check(CLI::Range(1, 1024))
      ->group("Model");
  app.add_option("--batch-size", run.batch_size, "Images in one run of the encoder [16]")
      ->type_name("N")
      ->check(CLI::Range(1, 4096))
      ->group("Model");
}

void add_store_options(CLI::App& app, StoreOptions& stores) {
  app.add_option("--store", stores.images,
                 "Keep the images' embeddings in FILE, and take those that are there;\n"
                 "any labels, models and processes may share it")
      ->type_name("FILE")
      ->group("Model");
  add_cache_option(app, stores);
}

void add_cache_option(CLI::App& app, StoreOptions& stores) {
  app.add_flag("--no-cache", stores.no_cache,
               "Neither use nor fill the cache of known labels [$CLIP_CLASSIFY_CACHE,\n"
               "else ~/.cache/clip-classify]")
      ->group("Model");
}

void add_output_options(CLI::App& app, OutputOptions& output) {
  auto* format = app.add_option("--format", output.format, "text, json, jsonl, csv or tsv [text]")
                     ->type_name("FORMAT")
                     ->check(CLI::IsMember({"text", "json", "jsonl", "csv", "tsv"}))
                     ->group("Output");
  app.add_flag("--json", output.json, "Same as --format jsonl: one object an image, a line each")
      ->excludes(format)
      ->group("Output");
  app.add_option("-o,--output", output.file, "Write to a file: whole, or not at all")
      ->type_name("FILE")
      ->group("Output");
  app.add_option("--color", output.color, "auto, always or never; NO_COLOR is heeded [auto]")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group("Output");
}

void add_resume_option(CLI::App& app, OutputOptions& output) {
  app.add_flag("--resume", output.resume,
               "With -o in jsonl, csv or tsv: keep what is written when the run is cut off, in\n"
               "FILE.part, and go on from there the next time")
      ->group("Output");
}

void add_console_options(CLI::App& app, ConsoleOptions& console) {
  app.add_flag("-q,--quiet", console.quiet, "Errors only on standard error")->group("Output");
  app.add_flag("-v,--verbose", console.verbose, "Say what is done and the time it takes")->group("Output");
  app.add_option("--progress", console.progress, "auto (on a terminal), always or never [auto]")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group("Output");
}

void add_common_options(CLI::App& app, CommonOptions& options) {
  add_input_options(app, options.inputs, options.decode);
  add_output_options(app, options.output);
  add_run_options(app, options.run);
  add_store_options(app, options.stores);
  add_console_options(app, options.console);
}

void settle_common_options(CommonOptions& options) {
  options.inputs.shard.batch = options.run.batch_size;
  if (chosen_format(options.output) == Format::json && options.inputs.shard.count > 1) {
    throw usage_error("--format json is one array, which shards can't add up to; use --format jsonl");
  }
}

Manifest read_chosen_manifest(const RunOptions& run) {
  return read_manifest(find_model(run.model), run.trust ? Trust::without_sums : Trust::needs_sums);
}

Format chosen_format(const OutputOptions& output) {
  if (output.json || output.format == "jsonl") {
    return Format::jsonl;
  }
  return output.format == "json"  ? Format::json
         : output.format == "csv" ? Format::csv
         : output.format == "tsv" ? Format::tsv
                                  : Format::text;
}

bool results_on_terminal(const OutputOptions& output) {
  return !output.file && isatty(STDOUT_FILENO) == 1;
}

bool uses_color(const OutputOptions& output) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool refused = no_color != nullptr && *no_color != '\0';
  return output.color == "always" || (output.color == "auto" && !refused && results_on_terminal(output));
}

std::string interruption(const OutputOptions& output, std::size_t done) {
  auto text = "interrupted after " + std::to_string(done) + " images";
  if (!output.file) {
    return text;
  }
  const auto file = utf8::printable(*output.file);
  return text + (output.resume ? "; the same command goes on from there, with what is in " + file + ".part"
                               : "; " + file + " is not written");
}

WriterOptions writer_options(const OutputOptions& output, bool percent, bool single) {
  WriterOptions options{
      .format = chosen_format(output), .color = uses_color(output), .percent = percent, .single = single};
  winsize size{};
  if (results_on_terminal(output) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    options.columns = size.ws_col;
  }
  return options;
}

}  // namespace clip_classify::cli
