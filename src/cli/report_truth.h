// The labels that are right for the images of a report, found by their paths.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "cli/console.h"
#include "cli/evaluate_truth.h"
#include "cli/report_options.h"

namespace clip_classify::cli {

class ReportTruth {
 public:
  /// Reads what --truth names, if anything. Throws what read_truth throws.
  ReportTruth(const ReportOptions& options, const std::stop_token& stop);

  ReportTruth(const ReportTruth&) = delete;
  ReportTruth& operator=(const ReportTruth&) = delete;

  /// The labels to choose among: those given, else the classes. Throws Error (usage) where there are none,
  /// and for a class that is not among them.
  std::vector<Label> labels(const LabelOptions& given) const;

  /// The images of the truth, each once, in its order.
  std::vector<std::string> paths() const;

  /// Of the image of this path, spelled as in the truth or with other dots and slashes; it counts as met.
  std::optional<std::vector<std::string>> of(const std::string& path);

  /// To be called at the end: names each image that is in the truth and nowhere else, and says how many there
  /// are that merely were not asked for. Returns whether something failed.
  bool tell_failures(Console& console) const;

 private:
  struct Image {
    std::vector<std::string> labels;
    const TruthRow* row = nullptr;
    bool met = false;
  };

  std::string name_;
  TruthRows truth_;
  std::vector<std::string> order_;  ///< normal paths
  std::unordered_map<std::string, Image> images_;
};

}  // namespace clip_classify::cli
