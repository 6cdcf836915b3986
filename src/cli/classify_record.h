// From a session's labels and an image's embedding to the record that classify and report show.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/image_stream.h"
#include "clip_classify/few_shot.h"
#include "clip_classify/ranking.h"
#include "clip_classify/record.h"

namespace clip_classify::cli {

/// Of words, on their own or beside the labels of `trained`. One label of words alone has nothing to be
/// compared with: it is judged alone in any case, with a warning.
TrainedClassifier build_classifier(Session& session, const std::vector<Label>& labels,
                                   const std::vector<std::string>& templates, bool multi_label,
                                   std::optional<TrainedClassifier> trained = std::nullopt);

/// With a detail, "rejected", where the classifier can reject.
Record make_record(const TrainedClassifier& trained, const RankingOptions& ranking,
                   const EmbeddedImage& image);

}  // namespace clip_classify::cli
