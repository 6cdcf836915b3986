#include "cli/evaluate_classifier.h"

#include <algorithm>

#include "clip_classify/classifier_file.h"
#include "text/utf8.h"

namespace clip_classify::cli {

Classifier trained_classifier(Session& session, const std::string& file, const std::vector<Label>& labels,
                              std::vector<std::string>& templates) {
  auto trained = read_classifier(file, session.manifest());
  const auto lacks = [&](const Label& label) {
    return std::ranges::find(trained.classifier.labels, label.name) == trained.classifier.labels.end();
  };
  if (std::ranges::any_of(labels, lacks)) {
    trained.add_words(session.classifier(labels, templates, false));
  } else {
    templates.clear();
  }
  const auto& all = trained.classifier;
  Classifier ordered{{}, {labels.size(), all.weights.width, {}}, all.scale, all.bias, all.activation, {}};
  for (const auto& label : labels) {
    const auto place =
        static_cast<std::size_t>(std::ranges::find(all.labels, label.name) - all.labels.begin());
    const auto row = all.weights.row(place);
    ordered.labels.push_back(label.name);
    ordered.weights.values.insert(ordered.weights.values.end(), row.begin(), row.end());
    ordered.own.push_back(all.score_of(place));
  }
  const auto extra = std::ranges::find_if(all.labels, [&](const std::string& name) {
    return std::ranges::find(labels, name, &Label::name) == labels.end();
  });
  if (extra != all.labels.end()) {
    throw usage_error(utf8::printable(file) + ": its label " + utf8::quoted(*extra) +
                      " is not among those that are evaluated; name all of them with --labels");
  }
  return ordered;
}

}  // namespace clip_classify::cli
