// ask: questions or statements -> texts beside images -> answers and verdicts -> records -> writer.
#include <algorithm>

#include "cli/ask_rules.h"
#include "cli/ask_task.h"
#include "cli/classify_options.h"
#include "cli/image_stream.h"
#include "cli/table_images.h"
#include "clip_classify/table.h"
#include "text/text_file.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

/// Rows in memory at a time.
constexpr std::size_t kBlock = 1024;

enum Column : std::size_t { kImage, kQuestion, kStatement, kAnswers, kRight };

std::vector<ColumnSpec> columns() {
  return {image_column(),
          {.names = {"question"}, .required = false},
          {.names = {"statement"}, .required = false},
          {.names = {"answers"}, .required = false, .list = true},
          {.names = {"right", "right_answer", "answer"}, .required = false}};
}

class AskOutput {
 public:
  AskOutput(const AskOptions& options, const AskTask& task, bool single)
      : summary_only_(options.summary), sink_(open_sink(options.output.file)) {
    auto written = writer_options(options.output, options.ranking.quantity == Quantity::probability, single);
    written.shape = task.shape();
    written.lines = [&task](const Record& record) { return task.lines(record); };
    written.header = options.inputs.shard.index == 1;
    writer_ = make_writer(written, *sink_);
    if (!summary_only_) {
      writer_->begin();
    }
  }

  void add(const Record& record) {
    if (!summary_only_) {
      writer_->add(record);
    }
  }
  void flush() { sink_->flush(); }
  /// Completes what is written, be it all or not.
  void end() {
    if (!summary_only_) {
      writer_->end();
    }
    sink_->flush();
  }
  void commit(const std::string& summary) {
    sink_->write(summary);
    sink_->commit();
  }

 private:
  bool summary_only_;
  std::unique_ptr<Sink> sink_;
  std::unique_ptr<Writer> writer_;
};

std::vector<AskItem> items_of(const AskOptions& options) {
  std::vector<AskItem> items;
  if (options.statements) {
    const TextFile file("--statements", *options.statements);
    file.for_each_line([&](std::string_view line, const std::string& where) {
      items.push_back({.where = where, .text = std::string(line), .right = {}});
    });
    if (items.empty()) {
      throw usage_error(file.name() + ": holds no statements");
    }
    return items;
  }
  const auto answers = options.has_answers() ? read_labels(options.answers) : std::vector<Label>();
  for (const auto& question : options.questions) {
    items.push_back({.where = {}, .text = question, .answers = answers, .right = {}});
  }
  return items;
}

int ask_images(const AskOptions& options, Context& context) {
  const auto items = items_of(options);
  Session session(options, context);
  ImageStream images(session);
  const bool single = is_single_image(options.inputs);
  const bool alone = items.size() == 1;
  const auto task = options.statements ? make_statement_task(session, options, false, single)
                                       : make_question_task(session, options, false, alone);
  for (const auto& item : items) {
    task->add(item);
  }
  AskOutput output(options, *task, single && alone);
  images.start();
  task->prepare();
  for (auto batch = images.next(); !batch.empty(); batch = images.next()) {
    for (const auto& image : batch) {
      for (std::size_t item = 0; item < items.size(); ++item) {
        const auto& error = image.error;
        output.add(error ? task->failed(item, image.path, *error)
                         : task->answer(item, image.path, image.embedding));
      }
    }
    output.flush();
  }
  output.end();
  images.finish();
  if (session.stopped()) {
    throw Interrupted(interruption(options.output, images.counts().done));
  }
  output.commit("");
  tell_failures(context.console, images.counts().failed, images.counts().done);
  context.console.note(images.summary() + ", " + session.labels_summary() + ": " + session.watch().summary());
  return images.counts().failed > 0 ? kSomeInputsFailed : kDone;
}

/// A table's rows as items; of one kind, as its first row is.
class ItemRows {
 public:
  ItemRows(const std::string& path, std::stop_token stop)
      : table_(path, columns(), std::move(stop)),
        of_statements_(table_.has(kStatement)),
        judged_(table_.has(kRight)) {
    if (of_statements_ == table_.has(kQuestion)) {
      throw usage_error(utf8::printable(path) +
                        (of_statements_ ? ": has a column 'question' and one 'statement'; it takes one"
                                        : ": has no column 'question', nor one 'statement'"));
    }
  }

  bool of_statements() const { return of_statements_; }
  bool judged() const { return judged_; }

  /// The next rows into `task`; their images.
  std::vector<std::string> next(AskTask& task) {
    std::vector<std::string> paths;
    while (paths.size() < kBlock && !task.is_full()) {
      const auto row = table_.next();
      if (!row) {
        break;
      }
      task.add(item_of(*row));
      paths.push_back(row->text(kImage));
    }
    return paths;
  }

 private:
  AskItem item_of(const TableRow& row) const {
    const auto asked = of_statements_ ? kStatement : kQuestion;
    AskItem item{.where = row.where, .text = row.text(asked), .right = {}};
    if (utf8::trim(item.text).empty()) {
      throw usage_error(row.where + (of_statements_ ? ": 'statement' is empty" : ": 'question' is empty"));
    }
    for (const auto& answer : row.list(kAnswers)) {
      item.answers.push_back({answer, {answer}});
    }
    if (of_statements_ && !item.answers.empty()) {
      throw usage_error(row.where + ": statements are true or false and take no answers");
    }
    if (!utf8::trim(row.text(kRight)).empty()) {
      item.right = std::string(utf8::trim(row.text(kRight)));
      if (!judged_) {
        throw usage_error(row.where +
                          ": has a right answer, but the first row has none: give that one, too, " +
                          "\"right\": null");
      }
    }
    return item;
  }

  Table table_;
  bool of_statements_;
  bool judged_;
};

/// Where the figures go: they are results for people, and for programs when they are all that is asked for.
void finish(const AskOptions& options, const AskTask& task, bool judged, AskOutput& output,
            Console& console) {
  const auto format = chosen_format(options.output);
  const bool is_result = options.summary || format == Format::text;
  output.commit(judged && is_result ? (options.summary ? "" : "\n") + task.summary(format) : "");
  if (judged && !is_result) {
    auto figures = task.summary(Format::jsonl);
    figures.pop_back();
    console.report(figures);
  }
}

int ask_rows(const AskOptions& options, Context& context) {
  const auto path = options.rows.value_or("-");
  ItemRows rows(path, context.stop);
  if (options.summary && !rows.judged()) {
    throw usage_error(utf8::printable(path) + ": has no right answers ('right') for --summary to count");
  }
  Session session(options, context);
  TableImages images(session, options.embedding_files);
  const auto task = rows.of_statements() ? make_statement_task(session, options, rows.judged(), false)
                                         : make_question_task(session, options, rows.judged(), false);
  AskOutput output(options, *task, false);
  bool failed = false;
  try {
    for (auto paths = rows.next(*task); !paths.empty(); task->clear(), paths = rows.next(*task)) {
      images.start(paths);
      task->prepare();
      const auto block = images.take();
      for (std::size_t row = 0; block && row < paths.size(); ++row) {
        const auto& error = block->error(row);
        failed = failed || error;
        output.add(error ? task->failed(row, paths[row], *error)
                         : task->answer(row, paths[row], block->embedding(row)));
      }
      output.flush();
    }
    if (session.stopped()) {
      throw Interrupted("interrupted while rows were read");
    }
  } catch (const Interrupted&) {
    output.end();
    throw Interrupted(interruption(options.output, images.counts().done));
  }
  output.end();
  finish(options, *task, rows.judged(), output, context.console);
  tell_failures(context.console, images.counts().failed, images.counts().done);
  context.console.note(images.summary() + ", " + session.labels_summary() + ": " + session.watch().summary());
  return failed ? kSomeInputsFailed : kDone;
}

}  // namespace

int run_ask(const Arguments& arguments, Context& context) {
  const auto options = parse_ask(arguments);
  context.console.configure(options.console, results_on_terminal(options.output));
  return options.list_rules ? list_question_rules(options.output)
         : options.rows     ? ask_rows(options, context)
                            : ask_images(options, context);
}

}  // namespace clip_classify::cli
