#include "cli/train_output.h"

#include <nlohmann/json.hpp>

#include "output/columns.h"
#include "output/formatted.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kWidestLabel = 40;

std::string percent(double share) {
  return formatted("%.1f", 100 * share);
}

/// "95.0 %  (86.3 to 98.3 %: 57 of 60)"
std::string text_of(const Proportion& counted) {
  return percent(counted.value) + " %  (" + percent(counted.interval.low) + " to " +
         percent(counted.interval.high) + " %: " + std::to_string(counted.hits) + " of " +
         std::to_string(counted.trials) + ")";
}

std::string text_of(const FewShotChoice& choice) {
  switch (choice.method) {
    case FewShotMethod::gaussian:
      return "Gaussian discriminant analysis, shrinkage " + formatted("%.3g", choice.shrinkage) + ", " +
             (choice.examples >= 1 ? "without the words"
                                   : "mixed " + formatted("%.0f", 100 * choice.examples) + " to " +
                                         formatted("%.0f", 100 - 100 * choice.examples) + " with the words");
    case FewShotMethod::logistic:
      return "logistic regression, C = " + formatted("%g", choice.strength) +
             (choice.from_words ? ", on top of the words" : ", without the words");
    case FewShotMethod::words:
      break;
  }
  return "the words alone, calibrated";
}

std::size_t images_of(const FewShotReport& report) {
  std::size_t images = 0;
  for (const auto& figures : report.classes) {
    images += figures.images;
  }
  return images;
}

std::string table(const TrainedClassifier& trained) {
  using enum Columns::Align;
  Columns columns({left, right, right, right, right});
  columns.add({"label", "images", "checked", "words right", "trained right"});
  for (std::size_t label = 0; label < trained.classifier.labels.size(); ++label) {
    const auto& [images, checked, words_right, trained_right] = trained.report.classes[label];
    const bool known = checked > 0;
    columns.add({utf8::shorten(utf8::printable(trained.classifier.labels[label]), kWidestLabel),
                 std::to_string(images), std::to_string(checked), known ? std::to_string(words_right) : "-",
                 known ? std::to_string(trained_right) : "-"});
  }
  return columns.text();
}

Json json_of(const Proportion& counted) {
  return {{"share", counted.value},
          {"low", counted.interval.low},
          {"high", counted.interval.high},
          {"hits", counted.hits},
          {"trials", counted.trials}};
}

}  // namespace

std::string training_text(const TrainedClassifier& trained, const TrainedFile& file) {
  const auto& report = trained.report;
  std::string text = utf8::printable(file.path) + ": " + std::to_string(trained.classifier.labels.size()) +
                     " labels from " + std::to_string(images_of(report)) + " images, for the model " +
                     utf8::printable(file.model) + "\n\nmethod       " + text_of(report.choice) + '\n';
  if (report.folds == 0) {
    text += "accuracy     unknown: no label has a second image to check with\n";
  } else {
    text += "words alone  " + text_of(report.words) + "\ntrained      " + text_of(report.trained) + '\n';
  }
  if (trained.rejection) {
    text += "strangers    " + text_of(trained.rejection->accepted) + " taken for a label\nown images   " +
            text_of(trained.rejection->kept) + " kept\n";
  }
  return text + '\n' + table(trained);
}

std::string training_json(const TrainedClassifier& trained, const TrainedFile& file) {
  const auto& report = trained.report;
  Json json{{"classifier", utf8::replace_invalid(file.path)},
            {"model", file.model},
            {"images", images_of(report)},
            {"method", name_of(report.choice.method)}};
  if (report.choice.method == FewShotMethod::gaussian) {
    json["shrinkage"] = report.choice.shrinkage;
    json["examples"] = report.choice.examples;
  } else if (report.choice.method == FewShotMethod::logistic) {
    json["strength"] = report.choice.strength;
    json["from_words"] = report.choice.from_words;
  }
  json["folds"] = report.folds;
  json["accuracy"] = {{"words", nullptr}, {"trained", nullptr}};
  if (report.folds > 0) {
    json["accuracy"] = {{"words", json_of(report.words)}, {"trained", json_of(report.trained)}};
  }
  json["reject"] = nullptr;
  if (trained.rejection) {
    json["reject"] = {{"rate", trained.rejection->rate},
                      {"threshold", trained.rejection->threshold},
                      {"false_accepts", json_of(trained.rejection->accepted)},
                      {"kept", json_of(trained.rejection->kept)}};
  }
  json["labels"] = Json::array();
  for (std::size_t label = 0; label < trained.classifier.labels.size(); ++label) {
    const auto& [images, checked, words_right, trained_right] = report.classes[label];
    json["labels"].push_back({{"label", trained.classifier.labels[label]},
                              {"images", images},
                              {"checked", checked},
                              {"words_right", words_right},
                              {"trained_right", trained_right}});
  }
  return json.dump() + "\n";
}

}  // namespace clip_classify::cli
