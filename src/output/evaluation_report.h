// What an evaluation found, and how it is written: text for people, one JSON object, the confusion matrix.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "clip_classify/calibration.h"
#include "clip_classify/error.h"
#include "clip_classify/evaluation.h"
#include "clip_classify/group_figures.h"
#include "clip_classify/resampling.h"

namespace clip_classify {

/// A figure and where it may lie; what is not known is NaN.
struct Estimate {
  double value = 0.0;
  Interval interval;
};

struct Mistake {
  std::string path;
  std::vector<std::string> truth;
  std::string label;         ///< that is wrong: given, or where labels are judged alone perhaps missed
  double probability = 0.0;  ///< of it
  bool missed = false;
};

struct CalibrationReport {
  std::vector<ReliabilityBin> bins;
  std::optional<double> temperature;  ///< that would fix it; nothing where none would
  double error_after = 0.0;           ///< on the same images, with it
  double loss_after = 0.0;
};

struct GroupReport {
  std::string name;
  std::size_t images = 0;
  std::vector<Estimate> figures;
  std::vector<BinaryCounts> labels;
};

/// How one figure, or one label, differs between groups.
struct GapReport {
  std::optional<Gap> gap;  ///< nothing where fewer than two groups have the figure
  Interval interval;       ///< of the difference between these two groups
  ChanceGap chance;
};

struct GroupsReport {
  std::string column;
  std::size_t outside = 0;  ///< images in no group
  std::vector<GroupReport> groups;
  std::vector<GapReport> gaps;         ///< by figure
  std::vector<Disparity> disparities;  ///< by label
  std::size_t skew_at = 0;             ///< k of MaxSkew@k
  std::vector<double> max_skews;       ///< by label
};

/// How far an image's score for a label moves when words are swapped, over images.
struct Shift {
  double mean = 0.0;
  double mean_size = 0.0;  ///< of its absolute value
};

struct SwappedLabel {
  std::size_t label = 0;
  /// The label whose texts it now has: then it is no other wording of the same, and its shift no bias.
  std::optional<std::size_t> exchanged;
  Shift similarity;
  Shift probability;
  std::vector<double> by_group;  ///< mean shift of the probability, by CounterfactualReport::groups
};

struct CounterfactualReport {
  std::string pairs;
  std::vector<std::string> groups;   ///< none without --groups
  std::vector<SwappedLabel> labels;  ///< those whose texts or prompts changed
  double changed = 0.0;              ///< share of images whose labels are others then
  Estimate before;                   ///< the first figure, before and after
  Estimate after;
};

struct VariantReport {
  std::string name;
  std::string model;
  std::vector<std::string> templates;
  std::optional<std::string> classifier;  ///< the file, where train made it
  std::vector<Estimate> figures;          ///< as EvaluationReport::figures
  std::vector<BinaryCounts> labels;
  std::vector<double> average_precisions;  ///< by label, where labels are judged alone
  std::vector<std::size_t> confusion;      ///< row-major, rows are the truth; else empty
  CalibrationReport calibration;
  std::vector<Mistake> mistakes;  ///< the most confident first
  std::optional<GroupsReport> groups;
  std::optional<CounterfactualReport> counterfactual;
};

/// Two variants on the same images.
struct Comparison {
  std::size_t first = 0;
  std::size_t second = 0;
  McNemar test;
  std::vector<Estimate> differences;  ///< by figure, second minus first
};

struct EvaluationReport {
  std::size_t images = 0;
  std::vector<std::pair<std::string, Error>> failures;
  std::vector<std::string> labels;
  bool judged_alone = false;
  double threshold = 0.5;
  std::size_t samples = 0;
  std::uint64_t seed = 0;
  double level = 0.95;
  std::vector<Figure> figures;
  std::vector<VariantReport> variants;
  std::vector<Comparison> comparisons;
};

/// What figures of this kind can't show, a sentence each.
std::vector<std::string> limits_of(const EvaluationReport& report);

/// One object: on one line, or where it is not `compact` indented. What is NaN is null.
std::string evaluation_json(const EvaluationReport& report, bool compact);

/// For people: no promise is made to programs.
std::string evaluation_text(const EvaluationReport& report, bool color);

/// The matrix, rows are the truth: a first line and a first column of labels. Where labels are judged alone,
/// how often each was rightly and wrongly given and left out.
std::string confusion_csv(const EvaluationReport& report, const VariantReport& variant);

}  // namespace clip_classify
