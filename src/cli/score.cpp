// score: rows of a table -> embeddings of their images and texts -> scores and ranks -> records -> writer.
#include "cli/score_output.h"
#include "cli/score_summary.h"

namespace clip_classify::cli {
namespace {

/// Records of the rows, and for people to read their summary; or that alone.
class ScoreOutput {
 public:
  ScoreOutput(const ScoreOptions& options, const PairFields& fields)
      : options_(options), fields_(fields), sink_(open_sink(options.output.file)) {
    auto written = writer_options(options.output, false, false);
    written.shape = pair_shape(fields);
    written.lines = [shape = written.shape](const Record& record) { return pair_line(record, shape); };
    writer_ = make_writer(written, *sink_);
    if (options.summary) {
      return;
    }
    writer_->begin();
    if (written.format == Format::text) {
      sink_->write(pair_heading(written.shape));
    }
  }

  void add(const ScoredBlock& block) {
    if (options_.summary) {
      return;
    }
    for (const auto& pair : block.pairs) {
      if (pair.error || pair.clip_score >= options_.threshold.value_or(0)) {
        writer_->add(pair_record(pair, fields_));
      }
    }
    sink_->flush();
  }

  /// Completes what is written, be it all or not.
  void end() {
    if (!options_.summary) {
      writer_->end();
      sink_->flush();
    }
  }

  void commit(const PairSummary& summary) {
    const auto format = chosen_format(options_.output);
    if (options_.summary || format == Format::text) {
      sink_->write((options_.summary ? "" : "\n") + summary.show(format));
    }
    sink_->commit();
  }

 private:
  const ScoreOptions& options_;
  PairFields fields_;
  std::unique_ptr<Sink> sink_;
  std::unique_ptr<Writer> writer_;
};

}  // namespace

int run_score(const Arguments& arguments, Context& context) {
  const auto options = parse_score(arguments);
  context.console.configure(options.console, results_on_terminal(options.output));
  PairScorer scorer(options, context);
  ScoreOutput output(options, {.references = scorer.has_references(), .ranks = options.retrieval});
  PairSummary summary(options);
  try {
    while (const auto block = scorer.next()) {
      output.add(*block);
      summary.add(*block);
    }
  } catch (const Interrupted&) {
    output.end();
    throw Interrupted(interruption(options.output, scorer.images().counts().done));
  }
  output.end();
  output.commit(summary);
  const auto& counts = scorer.images().counts();
  tell_failures(context.console, counts.failed, counts.done);
  auto& session = scorer.session();
  if (!options.summary && chosen_format(options.output) != Format::text) {
    auto figures = summary.show(Format::jsonl);
    figures.pop_back();
    context.console.note("all pairs: " + figures);
  }
  context.console.note(scorer.images().summary() + ", " + session.labels_summary() + ": " +
                       session.watch().summary());
  return summary.failed() > 0 ? kSomeInputsFailed : kDone;
}

}  // namespace clip_classify::cli
