// report: images -> labels, or an earlier run's records -> cards with pictures -> a page.
#include "cli/classify_record.h"
#include "cli/report_cards.h"
#include "cli/report_records.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

constexpr std::size_t kBlock = 64;  ///< records of an earlier run whose pictures are made at once

ImageStream open_images(const ReportOptions& options, const ReportTruth& truth, Session& session) {
  if (options.names_images()) {
    return ImageStream(session);
  }
  return {session, InputOptions{.paths = truth.paths(), .files_from = {}, .only_files = true}};
}

std::vector<std::string> facts(const ReportOptions& options, const Manifest& manifest,
                               const std::vector<std::string>& templates) {
  std::vector<std::string> result{"model " + manifest.name};
  if (!options.prompts.templates.empty() || !options.prompts.files.empty()) {
    result.push_back(templates.size() == 1 ? "\u201c" + templates.front() + "\u201d"
                                           : std::to_string(templates.size()) + " templates");
  }
  if (options.ranking.quantity != Quantity::probability) {
    result.emplace_back(options.ranking.quantity == Quantity::logit ? "logits" : "similarities");
  }
  return result;
}

/// Whether some images failed.
bool report_images(const ReportOptions& options, ReportTruth& truth, Sink& sink, Context& context) {
  const auto labels = truth.labels(options.labels);
  const auto given = read_templates(options.prompts.templates, options.prompts.files);
  Session session(options, context);
  const auto& templates = given.empty() ? session.manifest().templates : given;
  auto images = open_images(options, truth, session);
  images.start();
  const auto classifier = build_classifier(session, labels, templates, options.multi_label);
  std::optional<ReportMapMaker> maps;
  if (options.maps != ReportOptions::Maps::none) {
    maps.emplace(session, options, classifier.classifier);
  }
  ReportCards cards(options, truth, sink, maps ? &*maps : nullptr);
  for (auto batch = images.next(); !batch.empty(); batch = images.next()) {
    std::vector<Record> records;
    for (const auto& image : batch) {
      records.push_back(make_record(classifier, options.ranking, image));
    }
    try {
      cards.add(std::move(records));
    } catch (const Interrupted&) {
      break;
    }
  }
  images.finish();
  const auto& counts = images.counts();
  if (session.stopped()) {
    throw Interrupted(interruption(options.output, counts.done));
  }
  tell_failures(context.console, counts.failed, counts.done);
  context.console.note(images.summary() + ", " + session.labels_summary() + ": " + session.watch().summary());
  const bool percent = options.ranking.quantity == Quantity::probability;
  const bool without =
      cards.end({options.title, facts(options, session.manifest(), templates), percent}, context.console);
  return without || counts.failed > 0;
}

/// Whether some images can't be read again.
bool report_records(const ReportOptions& options, const std::string& file, ReportTruth& truth, Sink& sink,
                    Context& context) {
  RunRecords source(file);
  ReportCards cards(options, truth, sink, nullptr);
  std::vector<Record> records;
  std::size_t done = 0;
  context.console.start_progress("images", std::nullopt);
  for (auto record = source.next(); record; record = source.next()) {
    records.push_back(std::move(*record));
    if (records.size() == kBlock) {
      done += records.size();
      cards.add(std::exchange(records, {}));
      context.console.update_progress(done);
    }
    if (context.stop.stop_requested()) {
      throw Interrupted(interruption(options.output, done));
    }
  }
  cards.add(std::move(records));
  context.console.end_progress();
  return cards.end({options.title, {"records of an earlier run"}, source.percent()}, context.console);
}

}  // namespace

int run_report(const Arguments& arguments, Context& context) {
  const auto options = parse_report(arguments);
  context.console.configure(options.console, results_on_terminal(options.output));
  ReportTruth truth(options, context.stop);
  const auto sink = open_sink(options.output.file);
  const bool failed = options.results ? report_records(options, *options.results, truth, *sink, context)
                                      : report_images(options, truth, *sink, context);
  const bool untrue = truth.tell_failures(context.console);
  sink->commit();
  return failed || untrue ? kSomeInputsFailed : kDone;
}

}  // namespace clip_classify::cli
