// evaluate: the truth and its images -> embeddings -> scores, for each variant -> figures -> a report.
#include "cli/evaluate_report.h"
#include "output/confusion_picture.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

/// The files of --confusion, opened before the work that they are for.
std::vector<std::unique_ptr<Sink>> open_confusions(const EvaluateOptions& options) {
  std::vector<std::unique_ptr<Sink>> sinks;
  if (options.confusion) {
    for (std::size_t variant = 0; variant < options.variants.size(); ++variant) {
      sinks.push_back(open_sink(confusion_file(options, *options.confusion, variant)));
    }
  }
  return sinks;
}

std::string confusion_of(const EvaluationReport& report, const VariantReport& variant, bool picture) {
  if (!picture) {
    return confusion_csv(report, variant);
  }
  const auto title = "Confusion matrix" + (report.variants.size() > 1 ? " of " + variant.name : "") + ": " +
                     std::to_string(report.images) + " images";
  return confusion_picture(report.labels, variant.confusion, title);
}

}  // namespace

int run_evaluate(const Arguments& arguments, Context& context) {
  const auto options = parse_evaluate(arguments);
  context.console.configure(options.console, results_on_terminal(options.output));
  const auto truth = read_truth(
      {options.truth, options.groups, options.multi_label, names_none(options.variants.front().labels)},
      context.stop);
  const bool judged_alone = options.multi_label || truth.several;
  if (options.threshold && !judged_alone) {
    throw usage_error("--threshold is for labels judged alone: --multi-label, or several labels an image");
  }
  if (judged_alone && options.confusion && is_picture(*options.confusion)) {
    throw usage_error("--confusion " + utf8::printable(*options.confusion) +
                      ": labels judged alone have no matrix to draw; a FILE.csv holds each one's counts");
  }
  const auto questions = read_questions(options, truth, judged_alone);
  truth_among(questions.labels, truth.rows);
  if (options.groups) {
    groups_of(truth.rows, *options.groups);
  }
  const auto sink = open_sink(options.output.file);
  const auto confusions = open_confusions(options);
  tell_of_truth(truth, context.console);

  const auto scores = score_images(options, questions, truth, context);
  const auto report = make_report(options, questions, truth, scores, context.stop);
  const auto format = chosen_format(options.output);
  sink->write(format == Format::text ? evaluation_text(report, uses_color(options.output))
                                     : evaluation_json(report, format == Format::jsonl));
  for (std::size_t variant = 0; variant < confusions.size(); ++variant) {
    confusions[variant]->write(
        confusion_of(report, report.variants[variant], is_picture(options.confusion.value_or(""))));
    confusions[variant]->commit();
  }
  sink->commit();
  return report.failures.empty() ? kDone : kSomeInputsFailed;
}

}  // namespace clip_classify::cli
