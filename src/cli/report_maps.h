// Which images of a report have heat maps, of which labels, and the maps.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "cli/label_maps.h"
#include "cli/report_options.h"
#include "output/html_report.h"

namespace clip_classify::cli {

class ReportMapMaker {
 public:
  /// `session` and `options` must outlive it.
  ReportMapMaker(Session& session, const ReportOptions& options, const Classifier& classifier);

  /// Of the label said first and of those that are right, kMostMaps at most. Nothing where none are asked
  /// for, and where the image can't be decoded. Throws Interrupted when the run is.
  std::optional<ReportMaps> make(const Record& record,
                                 const std::optional<std::vector<std::string>>& truth) const;

 private:
  std::vector<std::size_t> labels_of(const Record& record,
                                     const std::optional<std::vector<std::string>>& truth) const;

  const ReportOptions& options_;
  ImageSpec spec_;
  DecodeOptions decoding_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t> places_;  ///< of labels in names_
  LabelMaps maps_;
};

}  // namespace clip_classify::cli
