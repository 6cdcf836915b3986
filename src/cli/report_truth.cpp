#include "cli/report_truth.h"

#include <algorithm>
#include <filesystem>

#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

std::string normal(const std::string& path) {
  return std::filesystem::path(path).lexically_normal().string();
}

}  // namespace

ReportTruth::ReportTruth(const ReportOptions& options, const std::stop_token& stop) {
  if (!options.truth) {
    return;
  }
  name_ = utf8::printable(*options.truth);
  TruthOptions asked{.source = *options.truth, .groups = {}};
  asked.judged_alone = true;  // an image without a label is one that nobody judged
  asked.classes_are_labels = !options.results && names_none(options.labels);
  truth_ = read_truth(asked, stop);
  for (const auto& row : truth_.rows) {
    const auto [found, is_new] = images_.try_emplace(normal(row.path));
    if (is_new) {
      order_.push_back(found->first);
      found->second.row = &row;
    }
    auto& labels = found->second.labels;
    std::ranges::copy_if(row.labels, std::back_inserter(labels), [&](const std::string& label) {
      return std::ranges::find(labels, label) == labels.end();
    });
  }
}

std::vector<Label> ReportTruth::labels(const LabelOptions& given) const {
  const auto labels = truth_.classes.empty() ? read_labels(given) : labels_or_classes(given, truth_.classes);
  truth_among(labels, truth_.rows);
  return labels;
}

std::vector<std::string> ReportTruth::paths() const {
  std::vector<std::string> paths;
  for (const auto& path : order_) {
    paths.push_back(images_.at(path).row->path);
  }
  return paths;
}

std::optional<std::vector<std::string>> ReportTruth::of(const std::string& path) {
  const auto found = images_.find(normal(path));
  if (found == images_.end()) {
    return std::nullopt;
  }
  found->second.met = true;
  return found->second.labels;
}

bool ReportTruth::tell_failures(Console& console) const {
  tell_of_truth(truth_, console);
  std::size_t missing = 0;
  std::size_t not_asked = 0;
  for (const auto& path : order_) {
    const auto& image = images_.at(path);
    std::error_code ignored;
    if (!image.met && !std::filesystem::exists(path, ignored)) {
      console.error(image.row->where + ": " + utf8::quoted(image.row->path) +
                    " is neither among the images nor a file");
      ++missing;
    } else if (!image.met) {
      ++not_asked;
    }
  }
  if (not_asked > 0) {
    console.warning(name_ + ": " + std::to_string(not_asked) + " of its " + std::to_string(order_.size()) +
                    " images are not on the page, since they were not asked for");
  }
  return missing > 0 || !truth_.failures.empty();
}

}  // namespace clip_classify::cli
