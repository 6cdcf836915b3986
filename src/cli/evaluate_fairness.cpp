// For whom a variant is wrong: groups of images, and swapped words.
#include <algorithm>
#include <cmath>

#include "cli/evaluate_variant.h"

namespace clip_classify::cli {
namespace {

Shift shift_of(const std::vector<double>& moves) {
  std::vector<double> sizes;
  std::ranges::transform(moves, std::back_inserter(sizes), [](double move) { return std::abs(move); });
  return {mean(moves), mean(sizes)};
}

}  // namespace

GroupsReport VariantReporter::groups(const NamedGroups& groups) const {
  GroupsReport report;
  report.column = groups.column;
  const auto count = groups.names.size();
  const auto images = members(groups.of_row, count);
  std::vector<Resampled> sampled;
  std::size_t inside = 0;
  for (std::size_t group = 0; group < count; ++group) {
    inside += images[group].size();
    sampled.push_back(sample(images[group], options_.seed + group + 1));
    std::vector<std::uint32_t> times(truth_.size());
    std::ranges::for_each(images[group], [&](std::size_t image) { times[image] = 1; });
    report.groups.push_back({groups.names[group], images[group].size(), estimates(sampled.back()),
                             label_counts(predicted_, truth_, label_count(), times)});
  }
  report.outside = truth_.size() - inside;
  const auto chances = chance_gaps(measure_, groups.of_row, count, options_.samples, options_.seed, stop_);
  for (std::size_t figure = 0; figure < figures().size(); ++figure) {
    std::vector<double> values;
    std::ranges::transform(sampled, std::back_inserter(values),
                           [&](const Resampled& of_group) { return of_group.values[figure]; });
    GapReport gap{largest_gap(values), {}, chances[figure]};
    if (const auto& found = gap.gap) {
      gap.interval = difference(sampled[found->highest], sampled[found->lowest], figure).interval;
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
        max_skew(ranked_by(scores_.logits, label), groups.of_row, count, report.skew_at));
  }
  return report;
}

/// How far each image's score for a label moves.
std::vector<double> VariantReporter::moves(const Logits& swapped, std::size_t label,
                                           bool of_probability) const {
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

CounterfactualReport VariantReporter::counterfactual(const Swapped& swapped) const {
  const auto& [changed, exchanged, logits] = swapped;
  CounterfactualReport report;
  report.pairs = options_.counterfactual.value_or("");
  report.groups = groups_ ? groups_->names : std::vector<std::string>();
  for (const auto label : changed) {
    const auto probability = moves(logits, label, true);
    SwappedLabel moved{
        label, exchanged[label], shift_of(moves(logits, label, false)), shift_of(probability), {}};
    if (groups_) {
      for (const auto& images : members(groups_->of_row, groups_->names.size())) {
        std::vector<double> of_group;
        std::ranges::transform(images, std::back_inserter(of_group),
                               [&](std::size_t image) { return probability[image]; });
        moved.by_group.push_back(mean(of_group));
      }
    }
    report.labels.push_back(std::move(moved));
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

}  // namespace clip_classify::cli
