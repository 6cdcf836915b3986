#include "cli/evaluate_report.h"

#include <algorithm>

#include "cli/evaluate_variant.h"

namespace clip_classify::cli {

EvaluationReport make_report(const EvaluateOptions& options, const Questions& questions,
                             const TruthRows& truth, const Scores& scores, const std::stop_token& stop) {
  EvaluationReport report;
  std::vector<TruthRow> rows;
  for (const auto row : scores.rows) {
    rows.push_back(truth.rows[row]);
  }
  const auto right = truth_among(questions.labels, rows);
  const auto groups = options.groups ? std::optional(groups_of(rows, *options.groups)) : std::nullopt;

  report.images = rows.size();
  report.failures = truth.failures;
  report.failures.insert(report.failures.end(), scores.failures.begin(), scores.failures.end());
  std::ranges::transform(questions.labels, std::back_inserter(report.labels), &Label::name);
  report.judged_alone = questions.judged_alone;
  report.threshold = options.threshold.value_or(0.5);
  report.samples = options.samples;
  report.seed = options.seed;
  report.level = kLevel;

  std::vector<Resampled> sampled;
  std::vector<std::vector<bool>> all_right;
  for (std::size_t variant = 0; variant < scores.variants.size(); ++variant) {
    VariantReporter reporter(options, questions, scores.variants[variant], right, rows, groups, stop);
    report.figures = reporter.figures();
    report.variants.push_back(reporter.report());
    report.variants.back().name = options.variants[variant].name;
    for (std::size_t first = 0; first < variant; ++first) {
      Comparison comparison{first, variant, mcnemar(all_right[first], reporter.right()), {}};
      for (std::size_t figure = 0; figure < report.figures.size(); ++figure) {
        comparison.differences.push_back(difference(reporter.resampled(), sampled[first], figure));
      }
      report.comparisons.push_back(std::move(comparison));
    }
    sampled.push_back(reporter.resampled());
    all_right.push_back(reporter.right());
  }
  return report;
}

}  // namespace clip_classify::cli
