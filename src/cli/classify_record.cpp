#include "cli/classify_record.h"

namespace clip_classify::cli {

TrainedClassifier build_classifier(Session& session, const std::vector<Label>& labels,
                                   const std::vector<std::string>& templates, bool multi_label,
                                   std::optional<TrainedClassifier> trained) {
  if (trained) {
    if (!labels.empty()) {
      trained->add_words(session.classifier(labels, templates, false));
    }
    return std::move(*trained);
  }
  const bool alone = multi_label || labels.size() == 1;
  if (alone && !multi_label) {
    session.console().warning(
        "one label has nothing to be compared with: judged alone, as with --multi-label");
  }
  return {session.classifier(labels, templates, alone), {}, {}, {}};
}

Record make_record(const TrainedClassifier& trained, const RankingOptions& ranking,
                   const EmbeddedImage& image) {
  Record record{image.path, {}, image.error};
  if (image.error) {
    return record;
  }
  auto scores = trained.classifier.scores(image.embedding);
  if (trained.rejection) {
    const bool rejected = trained.rejects(scores);
    record.details.emplace_back(rejected);
    if (rejected) {
      record.none = "none of these";
      return record;
    }
  }
  for (const auto& score : rank(std::move(scores), ranking)) {
    record.ranking.push_back(
        {trained.classifier.labels[score.label], quantity_of(score, ranking.quantity), score.similarity});
  }
  return record;
}

}  // namespace clip_classify::cli
