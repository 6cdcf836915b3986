#include "cli/ask_options.h"

#include <algorithm>

#include "clip_classify/embedding_file.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

constexpr auto kAskExamples = R"(Examples:
  clip-classify ask img.jpg 'what is on the table?' --answers cup,plate,laptop
  clip-classify ask photos/ 'is there a dog?' --json | jq -r 'select(.answer == "yes") | .path'
  clip-classify ask --rows questions.csv --format csv -o answers.csv
  clip-classify ask photos/ --statements captions.txt

How: question and answer become a statement, by rules (--list-rules; -v shows what became of yours), and the
one that fits the image best wins. ROWS is CSV, TSV or JSON lines with the columns image (or path, file),
question, and perhaps answers (several, between | or as a JSON list) and right (or right_answer, answer), by
which accuracy is counted; or image, statement and perhaps right (true or false). With --rows, embedding files
named as IMAGE are where images are looked up.

What such models can't do: they count poorly, can't read text in the picture, don't understand relations (left
of, bigger than) and mostly not negation, which is why "no" is the opposite of a yes, by rule. An answer is the
best of those offered, never "none of them". Chinese questions need a model that knows Chinese.

Exit status: 0 all done; 1 some images failed, the rest is written; 2 wrong usage, table, model or output.)";

void add_question_options(CLI::App& app, AskOptions& options) {
  const auto repeatable = [&](const std::string& name, std::vector<std::string>& values,
                              const std::string& help) {
    return add_repeatable(app, name, values, help)->group("Questions");
  };
  repeatable("--question", options.questions, "A question, in place of the last argument; may be repeated")
      ->type_name("TEXT");
  repeatable("--answers", options.answers.lists, "Answers to choose from: cup,plate [those of its type]")
      ->type_name("A,B,...");
  repeatable("--answer", options.answers.labels, "One answer, commas kept; may be repeated")
      ->type_name("TEXT");
  repeatable("--answers-file", options.answers.files, "An answer a line, or JSON: a list")->type_name("FILE");
  app.add_option("--statements", options.statements,
                 "In place of a question: statements, a line each, told true or false")
      ->type_name("FILE")
      ->group("Questions");
  app.add_option("--sure", options.sure,
                 "Call a statement true or false from this probability on, else \"can't\ntell\" [0.8]")
      ->type_name("P")
      ->group("Questions");
  app.add_option("--rows", options.rows, "A table of images and questions, or of images and statements; or -")
      ->type_name("ROWS")
      ->group("Questions");
  app.add_flag("--summary", options.summary, "With right answers in ROWS: only the accuracy")
      ->group("Questions");
  app.add_flag("--list-rules", options.list_rules, "Print the rules, an example each (--json: as objects)")
      ->group("Questions");
}

void check_rows(AskOptions& options) {
  auto& paths = options.inputs.paths;
  if (!options.questions.empty() || options.statements || options.has_answers()) {
    throw usage_error(
        "--rows brings its own questions, answers and statements: leave out --question, --answers, --answer, "
        "--answers-file and --statements");
  }
  if (options.inputs.files_from || options.inputs.shard.count > 1) {
    throw usage_error("--rows names the images: leave out --files-from and --shard");
  }
  const auto other = std::ranges::find_if_not(paths, is_embedding_file);
  if (other != paths.end()) {
    throw usage_error(utf8::printable(*other) + ": is no embedding file (.npy); --rows names the images");
  }
  options.embedding_files = std::move(paths);
  paths.clear();
}

/// The last of the arguments is the question, unless it is given some other way.
void take_question(AskOptions& options) {
  auto& paths = options.inputs.paths;
  if (options.statements && !options.questions.empty()) {
    throw usage_error("--question and --statements can't be given together: run once for each");
  }
  if (options.statements && options.has_answers()) {
    throw usage_error("--statements are true or false and take no answers");
  }
  if (!options.statements && options.questions.empty()) {
    if (paths.empty() || (paths.size() == 1 && !options.inputs.files_from)) {
      throw usage_error(paths.empty()
                            ? "nothing to ask: clip-classify ask img.jpg 'what is on the table?'"
                            : "an image and a question are needed, and " + utf8::quoted(paths.front()) +
                                  " is all there is: clip-classify ask "
                                  "img.jpg 'what is on the table?'");
    }
    options.questions = {paths.back()};
    paths.pop_back();
  }
}

void check(const CLI::App& app, const AskOptions& options) {
  if (!(options.sure > 0.5 && options.sure <= 1)) {
    throw usage_error("--sure is a probability above 0.5, at most 1");
  }
  if (options.summary && !options.rows) {
    throw usage_error("--summary is about right answers, which only --rows has");
  }
  if (options.statements) {
    for (const auto* name : {"--top-k", "--threshold", "--scores"}) {
      if (app.count(name) > 0) {
        throw usage_error(std::string(name) + " is for answers to questions; statements take --sure");
      }
    }
  } else if (!options.rows && app.count("--sure") > 0) {
    throw usage_error("--sure is for statements; answers take --threshold");
  }
  const auto format = chosen_format(options.output);
  if (options.list_rules && (format == Format::csv || format == Format::tsv)) {
    throw usage_error("--list-rules is printed as text or JSON");
  }
}

}  // namespace

AskOptions parse_ask(const Arguments& arguments) {
  AskOptions options;
  std::string quantity = "probability";
  CLI::App app(
      "Answers questions about images: the best of given answers, or of those that fit the question.\n",
      "clip-classify ask");
  app.footer(kAskExamples);
  add_question_options(app, options);
  add_ranking_options(app, options.ranking, quantity);
  add_common_options(app, options);
  parse(app, "clip-classify ask [IMAGE | FOLDER | -]... QUESTION [--answers A,B,...] [OPTIONS]", arguments);
  settle_ranking_options(app, options.ranking, quantity, chosen_format(options.output));
  settle_common_options(options);
  options.answers.names = {"--answers", "--answer", "--answers-file", "answers"};
  options.answers.distinct = true;
  check(app, options);
  if (options.rows) {
    check_rows(options);
  } else if (!options.list_rules) {
    take_question(options);
  }
  return options;
}

}  // namespace clip_classify::cli
