// What every command is made of: arguments in, work done, an exit code out.
#pragma once

#include <CLI/CLI.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "cli/app.h"
#include "cli/console.h"

namespace clip_classify::cli {

/// What a command may use beside its arguments.
struct Context {
  Console& console;
  std::stop_token stop;
};

/// A command's arguments, without the program's and the command's name.
using Arguments = std::vector<std::string>;

/// Parses into the variables bound to `app`. Throws Error (usage) for anything wrong with them and
/// HelpRequested for -h.
void parse(CLI::App& app, const std::string& usage, const Arguments& arguments);

struct HelpRequested {
  std::string text;
};

int run_ask(const Arguments& arguments, Context& context);
int run_classify(const Arguments& arguments, Context& context);
int run_describe(const Arguments& arguments, Context& context);
int run_embed(const Arguments& arguments, Context& context);
int run_evaluate(const Arguments& arguments, Context& context);
int run_explain(const Arguments& arguments, Context& context);
int run_model(const Arguments& arguments, Context& context);
int run_report(const Arguments& arguments, Context& context);
int run_score(const Arguments& arguments, Context& context);
int run_search(const Arguments& arguments, Context& context);
int run_train(const Arguments& arguments, Context& context);
/// What run_train leaves to it: `train --contrastive`.
int run_train_contrastive(const Arguments& arguments, Context& context);

}  // namespace clip_classify::cli
