#include "cli/evaluate_report.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace clip_classify::cli {
namespace {

constexpr double kLevel = 0.95;

std::vector<std::string> names_of(const std::vector<Label>& labels, const std::vector<std::size_t>& chosen) {
  std::vector<std::string> names;
  std::ranges::transform(chosen, std::back_inserter(names),
                         [&](std::size_t label) { return labels[label].name; });
  return names;
}

std::vector<Estimate> estimates(const Resampled& resampled) {
  std::vector<Estimate> result;
  for (std::size_t figure = 0; figure < resampled.values.size(); ++figure) {
    result.push_back({resampled.values[figure], percentile_interval(resampled.replicates[figure], kLevel)});
  }
  return result;
}

Estimate difference(const Resampled& a, const Resampled& b, std::size_t figure) {
  return {a.values[figure] - b.values[figure],
          percentile_interval(differences(a.replicates[figure], b.replicates[figure]), kLevel)};
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Shift shift_of(const std::vector<double>& moves) {
  std::vector<double> sizes;
  std::ranges::transform(moves, std::back_inserter(sizes), [](double move) { return std::abs(move); });
  return {mean(moves), mean(sizes)};
}

/// What is known of one variant while its report is made.
class Reporter {
 public:
  Reporter(const EvaluateOptions& options, const Questions& questions, const VariantScores& scores,
           const Truth& truth, const std::vector<const TruthRow*>& rows,
           const std::optional<NamedGroups>& groups, std::stop_token stop)
      : options_(options),
        questions_(questions),
        scores_(scores),
        truth_(truth),
        rows_(rows),
        groups_(groups),
        stop_(std::move(stop)),
        measure_(measure_of(scores.logits)),
        predicted_(predictions_of(scores.logits)),
        all_(truth.size()) {
    std::iota(all_.begin(), all_.end(), std::size_t{0});
    resampled_ = sample(all_, options.seed);
  }

  VariantReport report();
  const std::vector<Figure>& figures() const { return measure_.figures; }
  const Resampled& resampled() const { return resampled_; }
  /// By image: whether all of its labels are right.
  std::vector<bool> right() const;

 private:
  double threshold() const { return options_.threshold.value_or(0.5); }
  std::size_t label_count() const { return questions_.labels.size(); }
  Measure measure_of(const Logits& logits) const {
    return questions_.judged_alone ? multi_label_measure(logits, truth_, threshold())
                                   : single_label_measure(logits, truth_);
  }
  std::vector<std::vector<bool>> predictions_of(const Logits& logits) const {
    return questions_.judged_alone ? predictions(logits, threshold())
                                   : predictions(answers(logits, truth_), label_count());
  }
  Resampled sample(const std::vector<std::size_t>& images, std::uint64_t seed) const {
    return resample(measure_, images, truth_.size(), options_.samples, seed, stop_);
  }

  CalibrationReport calibration() const;
  std::vector<Mistake> mistakes() const;
  GroupsReport groups() const;
  CounterfactualReport counterfactual() const;
  std::vector<double> moves(const Logits& swapped, std::size_t label, bool of_probability) const;

  const EvaluateOptions& options_;
  const Questions& questions_;
  const VariantScores& scores_;
  const Truth& truth_;
  const std::vector<const TruthRow*>& rows_;
  const std::optional<NamedGroups>& groups_;
  std::stop_token stop_;
  Measure measure_;
  std::vector<std::vector<bool>> predicted_;
  std::vector<std::size_t> all_;
  Resampled resampled_;
};

VariantReport Reporter::report() {
  VariantReport report;
  report.model = scores_.model;
  report.templates = scores_.templates;
  report.figures = estimates(resampled_);
  report.labels = label_counts(predicted_, truth_, label_count());
  if (questions_.judged_alone) {
    report.average_precisions = average_precisions(scores_.logits, truth_);
  } else {
    report.confusion = confusion_matrix(answers(scores_.logits, truth_), label_count());
  }
  report.calibration = calibration();
  report.mistakes = mistakes();
  if (groups_) {
    report.groups = groups();
  }
  if (scores_.swapped) {
    report.counterfactual = counterfactual();
  }
  return report;
}

std::vector<bool> Reporter::right() const {
  std::vector<bool> result;
  for (std::size_t image = 0; image < truth_.size(); ++image) {
    std::vector<bool> truth(label_count());
    for (const auto label : truth_[image]) {
      truth[label] = true;
    }
    result.push_back(truth == predicted_[image]);
  }
  return result;
}

CalibrationReport Reporter::calibration() const {
  const auto claims = questions_.judged_alone ? all_claims : first_label_claims;
  CalibrationReport report{reliability_curve(claims(scores_.logits, truth_, 1)),
                           best_temperature(scores_.logits, truth_)};
  if (report.temperature) {
    report.error_after =
        calibration_error(reliability_curve(claims(scores_.logits, truth_, *report.temperature)));
    report.loss_after = mean(log_losses(scores_.logits, truth_, *report.temperature));
  }
  return report;
}

std::vector<Mistake> Reporter::mistakes() const {
  struct Found {
    std::size_t image;
    std::size_t label;
    double probability;
    double confidence;  // in what was said, be it yes or no
  };
  std::vector<Found> found;
  for (std::size_t image = 0; image < truth_.size(); ++image) {
    const auto shares = probabilities(scores_.logits.row(image), scores_.logits.activation);
    for (std::size_t label = 0; label < label_count(); ++label) {
      const bool applies = std::ranges::find(truth_[image], label) != truth_[image].end();
      const bool given = predicted_[image][label];
      if (given != applies && (given || questions_.judged_alone)) {
        found.push_back({image, label, shares[label], given ? shares[label] : 1 - shares[label]});
      }
    }
  }
  std::ranges::stable_sort(found, std::ranges::greater(), &Found::confidence);
  found.resize(std::min(found.size(), options_.mistakes));
  std::vector<Mistake> result;
  for (const auto& [image, label, probability, confidence] : found) {
    result.push_back({rows_[image]->path, names_of(questions_.labels, truth_[image]),
                      questions_.labels[label].name, probability, !predicted_[image][label]});
  }
  return result;
}

GroupsReport Reporter::groups() const {
  GroupsReport report;
  report.column = *options_.groups;
  const auto count = groups_->names.size();
  const auto images = members(groups_->of_row, count);
  std::vector<Resampled> sampled;
  std::size_t inside = 0;
  for (std::size_t group = 0; group < count; ++group) {
    inside += images[group].size();
    sampled.push_back(sample(images[group], options_.seed + group + 1));
    std::vector<std::uint32_t> times(truth_.size());
    std::ranges::for_each(images[group], [&](std::size_t image) { times[image] = 1; });
    report.groups.push_back({groups_->names[group], images[group].size(), estimates(sampled.back()),
                             label_counts(predicted_, truth_, label_count(), times)});
  }
  report.outside = truth_.size() - inside;
  const auto chances = chance_gaps(measure_, groups_->of_row, count, options_.samples, options_.seed, stop_);
  for (std::size_t figure = 0; figure < figures().size(); ++figure) {
    std::vector<double> values;
    std::ranges::transform(sampled, std::back_inserter(values),
                           [&](const Resampled& of_group) { return of_group.values[figure]; });
    GapReport gap{largest_gap(values), {}, chances[figure]};
    if (gap.gap) {
      gap.interval = difference(sampled[gap.gap->highest], sampled[gap.gap->lowest], figure).interval;
    }
    report.gaps.push_back(gap);
  }
  report.skew_at = options_.skew_at.value_or(std::max<std::size_t>(1, inside / 10));
  for (std::size_t label = 0; label < label_count(); ++label) {
    std::vector<BinaryCounts> by_group;
    std::ranges::transform(report.groups, std::back_inserter(by_group),
                           [&](const GroupReport& group) { return group.labels[label]; });
    report.disparities.push_back(disparity(by_group));
    report.max_skews.push_back(
        max_skew(ranked_by(scores_.logits, label), groups_->of_row, count, report.skew_at));
  }
  return report;
}

/// How far each image's score for a label moves.
std::vector<double> Reporter::moves(const Logits& swapped, std::size_t label, bool of_probability) const {
  std::vector<double> result;
  for (std::size_t image = 0; image < truth_.size(); ++image) {
    const auto before = scores_.logits.row(image);
    const auto after = swapped.row(image);
    result.push_back(of_probability ? probabilities(after, swapped.activation)[label] -
                                          probabilities(before, swapped.activation)[label]
                                    : (after[label] - before[label]) / scores_.scale);
  }
  return result;
}

CounterfactualReport Reporter::counterfactual() const {
  const auto& [changed, exchanged, logits] = *scores_.swapped;
  CounterfactualReport report;
  report.pairs = *options_.counterfactual;
  for (const auto label : changed) {
    const auto probability = moves(logits, label, true);
    SwappedLabel swapped{
        label, exchanged[label], shift_of(moves(logits, label, false)), shift_of(probability), {}};
    if (groups_) {
      for (const auto& images : members(groups_->of_row, groups_->names.size())) {
        std::vector<double> of_group;
        std::ranges::transform(images, std::back_inserter(of_group),
                               [&](std::size_t image) { return probability[image]; });
        swapped.by_group.push_back(mean(of_group));
      }
    }
    report.labels.push_back(std::move(swapped));
  }
  // What has another label's texts now is that label.
  Logits named = logits;
  for (std::size_t image = 0; image < logits.images; ++image) {
    for (std::size_t label = 0; label < logits.labels; ++label) {
      named.values[image * logits.labels + exchanged[label].value_or(label)] = logits.row(image)[label];
    }
  }
  const auto after = predictions_of(named);
  std::size_t others = 0;
  for (std::size_t image = 0; image < truth_.size(); ++image) {
    others += after[image] == predicted_[image] ? 0 : 1;
  }
  report.changed = static_cast<double>(others) / static_cast<double>(truth_.size());
  report.before = estimates(resampled_).front();
  report.after =
      estimates(resample(measure_of(named), all_, truth_.size(), options_.samples, options_.seed, stop_))
          .front();
  return report;
}

}  // namespace

EvaluationReport make_report(const EvaluateOptions& options, const Questions& questions,
                             const TruthRows& truth, const Scores& scores, const std::stop_token& stop) {
  EvaluationReport report;
  std::vector<TruthRow> rows;
  std::vector<const TruthRow*> row_pointers;
  for (const auto row : scores.rows) {
    rows.push_back(truth.rows[row]);
  }
  for (const auto& row : rows) {
    row_pointers.push_back(&row);
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
    Reporter reporter(options, questions, scores.variants[variant], right, row_pointers, groups, stop);
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
