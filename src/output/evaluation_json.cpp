#include <cmath>
#include <nlohmann/json.hpp>

#include "output/evaluation_report.h"
#include "store/embedding_names.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json text(const std::string& bytes) {
  return utf8::replace_invalid(bytes);
}

Json texts(const std::vector<std::string>& list) {
  Json array = Json::array();
  for (const auto& entry : list) {
    array.push_back(text(entry));
  }
  return array;
}

Json json_of(const Estimate& estimate) {
  return {{"value", number(estimate.value)},
          {"low", number(estimate.interval.low)},
          {"high", number(estimate.interval.high)}};
}

/// {"top_1": ..., ...}
template <typename Value>
Json by_figure(const EvaluationReport& report, const std::vector<Value>& values) {
  Json object = Json::object();
  for (std::size_t i = 0; i < values.size(); ++i) {
    object[std::string(name_of(report.figures[i]).key)] = json_of(values[i]);
  }
  return object;
}

Json json_of(const CalibrationReport& calibration) {
  Json bins = Json::array();
  for (std::size_t i = 0; i < calibration.bins.size(); ++i) {
    const auto& bin = calibration.bins[i];
    const auto count = static_cast<double>(calibration.bins.size());
    bins.push_back({{"low", static_cast<double>(i) / count},
                    {"high", static_cast<double>(i + 1) / count},
                    {"count", bin.count},
                    {"probability", bin.count > 0 ? number(bin.probability) : Json()},
                    {"share_right", bin.count > 0 ? number(bin.share_right) : Json()}});
  }
  const bool fixed = calibration.temperature.has_value();
  return {{"temperature", fixed ? number(*calibration.temperature) : Json()},
          {"calibration_error_after", fixed ? number(calibration.error_after) : Json()},
          {"log_loss_after", fixed ? number(calibration.loss_after) : Json()},
          {"bins", std::move(bins)}};
}

Json classes(const EvaluationReport& report, const VariantReport& variant) {
  Json array = Json::array();
  for (std::size_t label = 0; label < report.labels.size(); ++label) {
    const auto& counts = variant.labels[label];
    Json entry{{"label", report.labels[label]},
               {"images", counts.positives()},
               {"predicted", counts.predicted()},
               {"right", counts.true_positives},
               {"recall", counts.positives() > 0 ? number(counts.recall()) : Json()},
               {"precision", counts.predicted() > 0 ? number(counts.precision()) : Json()},
               {"f1", number(counts.f1())}};
    if (report.judged_alone) {
      entry["average_precision"] = number(variant.average_precisions[label]);
    }
    array.push_back(std::move(entry));
  }
  return array;
}

Json confusion(const EvaluationReport& report, const VariantReport& variant) {
  Json rows = Json::array();
  for (auto row = variant.confusion.begin(); row != variant.confusion.end();) {
    const auto end = row + static_cast<std::ptrdiff_t>(report.labels.size());
    rows.push_back(std::vector<std::size_t>(row, end));
    row = end;
  }
  return rows;
}

Json mistakes(const VariantReport& variant) {
  Json array = Json::array();
  for (const auto& mistake : variant.mistakes) {
    auto entry = name_object(EmbeddingKind::image, mistake.path);
    entry["truth"] = texts(mistake.truth);
    entry["label"] = mistake.label;
    entry["probability"] = number(mistake.probability);
    entry["missed"] = mistake.missed;
    array.push_back(std::move(entry));
  }
  return array;
}

Json gaps(const EvaluationReport& report, const GroupsReport& groups) {
  Json object = Json::object();
  for (std::size_t figure = 0; figure < groups.gaps.size(); ++figure) {
    const auto& gap = groups.gaps[figure];
    object[std::string(name_of(report.figures[figure]).key)] =
        !gap.gap ? Json()
                 : Json{{"gap", number(gap.gap->size)},
                        {"low", number(gap.interval.low)},
                        {"high", number(gap.interval.high)},
                        {"highest", groups.groups[gap.gap->highest].name},
                        {"lowest", groups.groups[gap.gap->lowest].name},
                        {"by_chance", number(gap.chance.mean)},
                        {"p_value", number(gap.chance.p_value)}};
  }
  return object;
}

Json rates(const EvaluationReport& report, const GroupsReport& groups) {
  Json array = Json::array();
  for (std::size_t label = 0; label < report.labels.size(); ++label) {
    Json by_group = Json::array();
    for (const auto& group : groups.groups) {
      const auto& counts = group.labels[label];
      by_group.push_back({{"group", group.name},
                          {"true_positives", counts.true_positives},
                          {"false_positives", counts.false_positives},
                          {"false_negatives", counts.false_negatives},
                          {"true_negatives", counts.true_negatives}});
    }
    array.push_back({{"label", report.labels[label]},
                     {"demographic_parity_difference", number(groups.disparities[label].demographic_parity)},
                     {"equalized_odds_difference", number(groups.disparities[label].equalized_odds)},
                     {"max_skew", number(groups.max_skews[label])},
                     {"groups", std::move(by_group)}});
  }
  return array;
}

Json json_of(const EvaluationReport& report, const GroupsReport& groups) {
  Json array = Json::array();
  for (const auto& group : groups.groups) {
    array.push_back(
        {{"group", group.name}, {"images", group.images}, {"figures", by_figure(report, group.figures)}});
  }
  return {{"column", text(groups.column)}, {"images_in_none", groups.outside},
          {"groups", std::move(array)},    {"gaps", gaps(report, groups)},
          {"skew_at", groups.skew_at},     {"labels", rates(report, groups)}};
}

Json json_of(const Shift& shift) {
  return {{"mean", number(shift.mean)}, {"mean_size", number(shift.mean_size)}};
}

Json json_of(const EvaluationReport& report, const CounterfactualReport& counterfactual) {
  Json labels = Json::array();
  for (const auto& swapped : counterfactual.labels) {
    Json entry{{"label", report.labels[swapped.label]},
               {"exchanged_with", swapped.exchanged ? Json(report.labels[*swapped.exchanged]) : Json()},
               {"similarity", json_of(swapped.similarity)},
               {"probability", json_of(swapped.probability)}};
    for (std::size_t group = 0; group < swapped.by_group.size(); ++group) {
      entry["probability_by_group"][counterfactual.groups[group]] = number(swapped.by_group[group]);
    }
    labels.push_back(std::move(entry));
  }
  const std::string key(name_of(report.figures.front()).key);
  return {{"swapped", counterfactual.pairs},
          {"changed", number(counterfactual.changed)},
          {key, json_of(counterfactual.before)},
          {key + "_swapped", json_of(counterfactual.after)},
          {"labels", std::move(labels)}};
}

Json json_of(const EvaluationReport& report, const VariantReport& variant) {
  Json object{{"name", variant.name},
              {"model", text(variant.model)},
              {"templates", texts(variant.templates)},
              {"figures", by_figure(report, variant.figures)},
              {"calibration", json_of(variant.calibration)},
              {"classes", classes(report, variant)}};
  if (variant.classifier) {
    object["classifier"] = text(*variant.classifier);
  }
  if (!report.judged_alone) {
    object["confusion"] = confusion(report, variant);
  }
  object["mistakes"] = mistakes(variant);
  if (variant.groups) {
    object["groups"] = json_of(report, *variant.groups);
  }
  if (variant.counterfactual) {
    object["counterfactual"] = json_of(report, *variant.counterfactual);
  }
  return object;
}

Json json_of(const EvaluationReport& report, const Comparison& comparison) {
  return {{"first", report.variants[comparison.first].name},
          {"second", report.variants[comparison.second].name},
          {"only_first_right", comparison.test.only_first},
          {"only_second_right", comparison.test.only_second},
          {"p_value", number(comparison.test.p_value)},
          {"differences", by_figure(report, comparison.differences)}};
}

Json failures(const EvaluationReport& report) {
  Json array = Json::array();
  for (const auto& [path, error] : report.failures) {
    auto entry = name_object(EmbeddingKind::image, path);
    entry["error"] = {{"code", error.code()}, {"message", text(error.what())}};
    array.push_back(std::move(entry));
  }
  return array;
}

}  // namespace

std::string evaluation_json(const EvaluationReport& report, bool compact) {
  Json object{{"images", report.images},
              {"failed", failures(report)},
              {"labels", report.labels},
              {"judged_alone", report.judged_alone},
              {"threshold", report.judged_alone ? number(report.threshold) : Json()},
              {"samples", report.samples},
              {"seed", report.seed},
              {"level", report.level},
              {"variants", Json::array()},
              {"comparisons", Json::array()},
              {"limits", limits_of(report)}};
  for (const auto& variant : report.variants) {
    object["variants"].push_back(json_of(report, variant));
  }
  for (const auto& comparison : report.comparisons) {
    object["comparisons"].push_back(json_of(report, comparison));
  }
  return object.dump(compact ? -1 : 2) + "\n";
}

}  // namespace clip_classify
