#include "cli/report_maps.h"

#include <algorithm>
#include <new>

#include "clip_classify/input.h"
#include "clip_classify/loader.h"

namespace clip_classify::cli {
namespace {

constexpr std::size_t kMostMaps = 3;  ///< of an image

Region shares(const Region& region, const Image& image) {
  return {region.x / image.width, region.y / image.height, region.width / image.width,
          region.height / image.height};
}

}  // namespace

ReportMapMaker::ReportMapMaker(Session& session, const ReportOptions& options, const Classifier& classifier)
    : options_(options),
      spec_(session.manifest().image),
      decoding_(decode_options(spec_, options.decode)),
      names_(classifier.labels),
      maps_(session, classifier, {}) {
  for (std::size_t label = 0; label < names_.size(); ++label) {
    places_.emplace(names_[label], label);
  }
}

std::vector<std::size_t> ReportMapMaker::labels_of(
    const Record& record, const std::optional<std::vector<std::string>>& truth) const {
  std::vector<std::string> names;
  if (!record.ranking.empty()) {
    names.push_back(record.ranking.front().name);
  }
  const bool judged = truth && !truth->empty();
  const bool mistaken = judged && (names.empty() || std::ranges::find(*truth, names.front()) == truth->end());
  if (options_.maps == ReportOptions::Maps::mistakes && !mistaken) {
    return {};
  }
  if (judged) {
    names.insert(names.end(), truth->begin(), truth->end());
  }
  std::vector<std::size_t> labels;
  for (const auto& name : names) {
    const auto found = places_.find(name);
    if (labels.size() < kMostMaps && found != places_.end() &&
        std::ranges::find(labels, found->second) == labels.end()) {
      labels.push_back(found->second);
    }
  }
  return labels;
}

std::optional<ReportMaps> ReportMapMaker::make(const Record& record,
                                               const std::optional<std::vector<std::string>>& truth) const {
  const auto labels = record.error ? std::vector<std::size_t>() : labels_of(record, truth);
  if (labels.empty()) {
    return std::nullopt;
  }
  Image image;
  try {
    image = decode_image(read_bytes(record.path), decoding_);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::input) {
      throw;
    }
    return std::nullopt;
  } catch (const std::bad_alloc&) {
    return std::nullopt;
  }
  auto maps = maps_.maps(preprocess(image, spec_), labels);
  ReportMaps made{shares(seen_region(image.width, image.height, spec_), image), {}};
  for (std::size_t index = 0; index < labels.size(); ++index) {
    made.of.emplace_back(names_[labels[index]], std::move(maps[index]));
  }
  return made;
}

}  // namespace clip_classify::cli
