// A run's images as one HTML page that needs nothing beside it, written as they come.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "clip_classify/explanation.h"
#include "clip_classify/record.h"
#include "clip_classify/writer.h"

namespace clip_classify {

/// Heat maps of an image.
struct ReportMaps {
  Region region;  ///< what the encoder saw, in shares of the picture's width and height
  std::vector<std::pair<std::string, HeatMap>> of;  ///< by label, in the order in which they are offered
};

/// An image of the page.
struct ReportCard {
  Record record;  ///< with a ranking of labels, or an error
  /// The labels that are right for it; nothing where that is not known.
  std::optional<std::vector<std::string>> truth = {};
  std::string picture = {};  ///< the bytes of a small JPEG; empty where there is none
  std::optional<ReportMaps> maps = {};
};

/// What stands at the head of the page.
struct ReportHead {
  std::string title;
  std::vector<std::string> facts;  ///< of the run: its model, say
  bool percent = true;             ///< scores are probabilities
};

/// Writes into the sink, which must outlive it, a block of images at a time; no more than that is in memory.
/// Paths, labels and titles may hold anything: they reach the page as data, never as HTML. What is not UTF-8
/// is repaired with U+FFFD. The page loads nothing and runs no script but its own, which its
/// Content-Security-Policy has the browser see to.
class HtmlReport {
 public:
  explicit HtmlReport(Sink& sink);

  /// Throws Error (model) for a score that is not a number.
  void add(const ReportCard& card);
  void end(const ReportHead& head);

 private:
  void write_block();

  Sink& sink_;
  std::string block_;
  std::size_t in_block_ = 0;
};

}  // namespace clip_classify
