// One variant's scores and the truth to all that evaluate says of it.
#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "cli/evaluate_options.h"
#include "cli/evaluate_scores.h"
#include "cli/evaluate_truth.h"
#include "output/evaluation_report.h"

namespace clip_classify::cli {

/// Of the intervals.
inline constexpr double kLevel = 0.95;

std::vector<Estimate> estimates(const Resampled& resampled);
/// Of one figure: the first minus the second, which were drawn alike or independently.
Estimate difference(const Resampled& a, const Resampled& b, std::size_t figure);
double mean(const std::vector<double>& values);

/// Measures a variant on all images when it is made. What it is given must outlive it.
class VariantReporter {
 public:
  VariantReporter(const EvaluateOptions& options, const Questions& questions, const VariantScores& scores,
                  const Truth& truth, const std::vector<TruthRow>& rows,
                  const std::optional<NamedGroups>& groups, std::stop_token stop);

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
  GroupsReport groups(const NamedGroups& groups) const;
  CounterfactualReport counterfactual(const Swapped& swapped) const;
  std::vector<double> moves(const Logits& swapped, std::size_t label, bool of_probability) const;

  const EvaluateOptions& options_;
  const Questions& questions_;
  const VariantScores& scores_;
  const Truth& truth_;
  const std::vector<TruthRow>& rows_;
  const std::optional<NamedGroups>& groups_;
  std::stop_token stop_;
  Measure measure_;
  std::vector<std::vector<bool>> predicted_;
  std::vector<std::size_t> all_;
  Resampled resampled_;
};

}  // namespace clip_classify::cli
