// The images of a report with their pictures and truth, on the way to the page.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "cli/report_maps.h"
#include "cli/report_options.h"
#include "cli/report_truth.h"
#include "output/html_report.h"

namespace clip_classify::cli {

class ReportCards {
 public:
  /// Everything must outlive it. `maps`: null for none.
  ReportCards(const ReportOptions& options, ReportTruth& truth, Sink& sink, const ReportMapMaker* maps);

  /// Reads the records' images again, several at a time, for their pictures. Only these are in memory.
  /// Throws Interrupted when the run is, while maps are made.
  void add(std::vector<Record> records);

  /// Completes the page, and says which images have no picture. Returns whether there are any.
  bool end(const ReportHead& head, Console& console);

 private:
  const ReportOptions& options_;
  ReportTruth& truth_;
  HtmlReport page_;
  const ReportMapMaker* maps_;
  std::size_t without_ = 0;    ///< classified, but not to be read again
  std::string first_without_;  ///< of these, with the reason
};

}  // namespace clip_classify::cli
