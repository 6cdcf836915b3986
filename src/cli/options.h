// Options that several commands share: each is stated once, with its default and help.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/console.h"
#include "clip_classify/image.h"
#include "clip_classify/input.h"
#include "clip_classify/model.h"
#include "clip_classify/ranking.h"
#include "clip_classify/text.h"
#include "clip_classify/writer.h"

namespace clip_classify::cli {

struct PromptOptions {
  std::vector<std::string> templates;
  std::vector<std::string> files;
};

struct RunOptions {
  std::string model = "compact";
  ModelOptions encoder;
  bool trust = false;
  std::size_t batch_size = 16;
};

/// What is kept from one run to the next.
struct StoreOptions {
  std::optional<std::string> images;  ///< the file of an ImageStore
  bool no_cache = false;              ///< of labels, and of which files of models were right
};

struct OutputOptions {
  std::string format = "text";
  bool json = false;
  std::optional<std::string> file;
  bool resume = false;
  std::string color = "auto";
};

/// What every command that reads images with a model is asked.
struct CommonOptions {
  InputOptions inputs;
  DecodeOptions decode;
  RunOptions run;
  StoreOptions stores;
  OutputOptions output;
  ConsoleOptions console;
};

/// An option that takes one value at a time and may be given again.
CLI::Option* add_repeatable(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                            const std::string& help);

/// Whether no labels are asked for at all.
bool names_none(const LabelOptions& labels);

/// What train made, in place of labels or together with some.
void add_classifier_option(CLI::App& app, std::optional<std::string>& file);

void add_label_options(CLI::App& app, LabelOptions& labels, PromptOptions& prompts);
/// Texts that are taken as they stand.
void add_text_options(CLI::App& app, std::vector<std::string>& texts, std::vector<std::string>& files);
void add_input_options(CLI::App& app, InputOptions& inputs, DecodeOptions& decode);
/// Those of add_input_options that say how images are read.
void add_decode_options(CLI::App& app, DecodeOptions& decode);
void add_ranking_options(CLI::App& app, RankingOptions& ranking, std::string& quantity);
void add_multi_label_option(CLI::App& app, bool& multi_label);
/// What they must be, when they are parsed; of csv and tsv the default is one a record.
void settle_ranking_options(const CLI::App& app, RankingOptions& ranking, const std::string& quantity,
                            Format format);
void add_run_options(CLI::App& app, RunOptions& run);
void add_store_options(CLI::App& app, StoreOptions& stores);
/// That of add_store_options which is about labels only.
void add_cache_option(CLI::App& app, StoreOptions& stores);
void add_output_options(CLI::App& app, OutputOptions& output);
void add_resume_option(CLI::App& app, OutputOptions& output);
void add_console_options(CLI::App& app, ConsoleOptions& console);
/// All of CommonOptions; to be called after the command's own.
void add_common_options(CLI::App& app, CommonOptions& options);
/// What they must be together; to be called when they are parsed.
void settle_common_options(CommonOptions& options);

/// The manifest of the model that --model names.
Manifest read_chosen_manifest(const RunOptions& run);

/// The format that --format and --json ask for.
Format chosen_format(const OutputOptions& output);

/// --color, NO_COLOR (https://no-color.org) and whether results go to a terminal.
bool uses_color(const OutputOptions& output);
bool results_on_terminal(const OutputOptions& output);

/// What is said of a run that was interrupted after `done` images.
std::string interruption(const OutputOptions& output, std::size_t done);

/// Where and how the records of a run are written.
WriterOptions writer_options(const OutputOptions& output, bool percent, bool single);

}  // namespace clip_classify::cli
