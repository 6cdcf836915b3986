#include "cli/evaluate_variant.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace clip_classify::cli {
namespace {

std::vector<std::string> names_of(const std::vector<Label>& labels, const std::vector<std::size_t>& chosen) {
  std::vector<std::string> names;
  std::ranges::transform(chosen, std::back_inserter(names),
                         [&](std::size_t label) { return labels[label].name; });
  return names;
}

}  // namespace

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

VariantReporter::VariantReporter(const EvaluateOptions& options, const Questions& questions,
                                 const VariantScores& scores, const Truth& truth,
                                 const std::vector<TruthRow>& rows, const std::optional<NamedGroups>& groups,
                                 std::stop_token stop)
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

VariantReport VariantReporter::report() {
  VariantReport report;
  report.model = scores_.model;
  report.templates = scores_.templates;
  report.classifier = scores_.classifier;
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
    report.groups = groups(*groups_);
  }
  if (scores_.swapped) {
    report.counterfactual = counterfactual(*scores_.swapped);
  }
  return report;
}

std::vector<bool> VariantReporter::right() const {
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

CalibrationReport VariantReporter::calibration() const {
  const auto judgements = questions_.judged_alone ? all_judgements : first_label_judgements;
  CalibrationReport report{reliability_curve(judgements(scores_.logits, truth_, 1)),
                           best_temperature(scores_.logits, truth_)};
  if (report.temperature) {
    report.error_after =
        calibration_error(reliability_curve(judgements(scores_.logits, truth_, *report.temperature)));
    report.loss_after = mean(log_losses(scores_.logits, truth_, *report.temperature));
  }
  return report;
}

std::vector<Mistake> VariantReporter::mistakes() const {
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
  std::ranges::sort(found, [](const Found& a, const Found& b) {
    return std::tie(b.confidence, a.image, a.label) < std::tie(a.confidence, b.image, b.label);
  });
  found.resize(std::min(found.size(), options_.mistakes));
  std::vector<Mistake> result;
  for (const auto& [image, label, probability, confidence] : found) {
    result.push_back({rows_[image].path, names_of(questions_.labels, truth_[image]),
                      questions_.labels[label].name, probability, !predicted_[image][label]});
  }
  return result;
}

}  // namespace clip_classify::cli
