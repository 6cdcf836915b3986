#include "clip_classify/classifier_file.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "clip_classify/error.h"
#include "clip_classify/input.h"
#include "model/sha256.h"
#include "store/spaces.h"
#include "text/base64.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using Json = nlohmann::ordered_json;

static_assert(std::endian::native == std::endian::little);

constexpr auto kFormat = "clip-classify classifier";
constexpr int kFormatVersion = 1;

Json json_of(const ScoreSpec& spec) {
  return {{"scale", spec.scale}, {"bias", spec.bias}};
}

Json json_of(const Proportion& counted) {
  return {{"hits", counted.hits}, {"trials", counted.trials}};
}

std::string sum_of(const Json& content) {
  return hex(Sha256().add(content.dump()).sum());
}

Json labels_json(const TrainedClassifier& trained) {
  Json labels = Json::array();
  for (std::size_t label = 0; label < trained.classifier.labels.size(); ++label) {
    const auto& figures = trained.report.classes[label];
    labels.push_back({{"label", trained.classifier.labels[label]},
                      {"scale", trained.classifier.own[label].scale},
                      {"bias", trained.classifier.own[label].bias},
                      {"images", figures.images},
                      {"checked", figures.checked},
                      {"words_right", figures.words_right},
                      {"trained_right", figures.trained_right}});
  }
  return labels;
}

Json training_json(const FewShotReport& report) {
  return {{"method", name_of(report.choice.method)}, {"shrinkage", report.choice.shrinkage},
          {"examples", report.choice.examples},      {"strength", report.choice.strength},
          {"from_words", report.choice.from_words},  {"folds", report.folds},
          {"words", json_of(report.words)},          {"trained", json_of(report.trained)}};
}

ScoreSpec spec_in(const Json& json) {
  return {json.at("scale").get<double>(), json.at("bias").get<double>()};
}

Proportion proportion_in(const Json& json) {
  return proportion(json.at("hits").get<std::size_t>(), json.at("trials").get<std::size_t>());
}

FewShotReport report_in(const Json& json) {
  FewShotReport report;
  report.choice.method = method_of(json.at("method").get<std::string>()).value_or(FewShotMethod::words);
  report.choice.shrinkage = json.at("shrinkage").get<double>();
  report.choice.examples = json.at("examples").get<double>();
  report.choice.strength = json.at("strength").get<double>();
  report.choice.from_words = json.at("from_words").get<bool>();
  report.folds = json.at("folds").get<std::size_t>();
  report.words = proportion_in(json.at("words"));
  report.trained = proportion_in(json.at("trained"));
  return report;
}

Matrix weights_in(const Json& json, std::size_t labels, std::size_t width) {
  const auto bytes = from_base64(json.get<std::string>());
  Matrix weights{labels, width, std::vector<float>(labels * width)};
  if (!bytes || bytes->size() != weights.values.size() * sizeof(float)) {
    throw nlohmann::json::other_error::create(500, "weights", nullptr);
  }
  std::memcpy(weights.values.data(), bytes->data(), bytes->size());
  return weights;
}

/// Throws what nlohmann throws where something is not as it was written.
TrainedClassifier classifier_in(const Json& json, std::size_t width) {
  TrainedClassifier trained;
  trained.report = report_in(json.at("training"));
  for (const auto& label : json.at("labels")) {
    trained.classifier.labels.push_back(label.at("label").get<std::string>());
    trained.classifier.own.push_back(spec_in(label));
    trained.report.classes.push_back(
        {label.at("images").get<std::size_t>(), label.at("checked").get<std::size_t>(),
         label.at("words_right").get<std::size_t>(), label.at("trained_right").get<std::size_t>()});
  }
  trained.classifier.weights = weights_in(json.at("weights"), trained.classifier.labels.size(), width);
  trained.words = spec_in(json.at("words"));
  if (const auto& reject = json.at("reject"); !reject.is_null()) {
    trained.rejection = {reject.at("threshold").get<double>(), reject.at("rate").get<double>(),
                         proportion_in(reject.at("accepted")), proportion_in(reject.at("kept"))};
  }
  return trained;
}

std::string content_of(const std::string& path, const std::string& name) {
  try {
    const auto bytes = read_bytes(path);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  } catch (const Error& error) {
    throw usage_error(name + ": " + error.what());
  }
}

void check_model(const Json& json, const std::string& name, const Manifest& manifest) {
  if (json.at("model_space").get<std::string>() == model_space(manifest)) {
    return;
  }
  const auto model = json.at("model").get<std::string>();
  if (model == manifest.name) {
    throw usage_error(name + ": made with another version of the model " + utf8::printable(model) +
                      "; train again with this one");
  }
  throw usage_error(name + ": made with the model " + utf8::printable(model) + ", not " +
                    utf8::printable(manifest.name) + "; use --model " + utf8::printable(model));
}

}  // namespace

std::string classifier_text(const TrainedClassifier& trained, const Manifest& manifest) {
  const auto& values = trained.classifier.weights.values;
  std::string weights(values.size() * sizeof(float), '\0');
  std::memcpy(weights.data(), values.data(), weights.size());
  Json json{{"format", kFormat},
            {"format_version", kFormatVersion},
            {"model", manifest.name},
            {"model_space", model_space(manifest)},
            {"embedding_width", trained.classifier.weights.width},
            {"activation", "softmax"},
            {"labels", labels_json(trained)},
            {"words", json_of(trained.words)},
            {"reject", nullptr},
            {"training", training_json(trained.report)},
            {"weights", to_base64(weights)}};
  if (trained.rejection) {
    json["reject"] = {{"threshold", trained.rejection->threshold},
                      {"rate", trained.rejection->rate},
                      {"accepted", json_of(trained.rejection->accepted)},
                      {"kept", json_of(trained.rejection->kept)}};
  }
  json["sha256"] = sum_of(json);
  return json.dump(1) + "\n";
}

TrainedClassifier read_classifier(const std::string& path, const Manifest& manifest) {
  const auto name = utf8::printable(path);
  const auto text = content_of(path, name);
  auto json = Json::parse(text, nullptr, false);
  const bool begins_like_one = text.find(kFormat) < 64;
  if (json.is_discarded() && begins_like_one) {
    throw usage_error(name + ": damaged or cut off; train it again");
  }
  if (!json.is_object() || json.value("format", Json()) != kFormat) {
    throw usage_error(name + ": not a classifier made by clip-classify train");
  }
  const auto damaged = [&name] {
    return usage_error(name + ": damaged: its content is not what was written; train it again");
  };
  try {
    if (json.at("format_version").get<int>() > kFormatVersion) {
      throw usage_error(name + ": made by a newer version of clip-classify, which is needed to read it");
    }
    const auto sum = json.at("sha256").get<std::string>();
    json.erase("sha256");
    if (sum_of(json) != sum) {
      throw damaged();
    }
    check_model(json, name, manifest);
    return classifier_in(json, static_cast<std::size_t>(manifest.embedding_width));
  } catch (const nlohmann::json::exception&) {
    throw damaged();
  }
}

}  // namespace clip_classify
