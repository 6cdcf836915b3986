#include "train/training_state.h"

#include <nlohmann/json.hpp>

#include "text/utf8.h"

namespace clip_classify {
namespace {

/// All digits, so that two numbers are the same where their texts are.
std::string number(double value) {
  return nlohmann::json(value).dump();
}

std::string tune_of(const TunedPart& part) {
  return part.kind == TunedPart::Kind::all           ? "all"
         : part.kind == TunedPart::Kind::last_blocks ? "last:" + std::to_string(part.blocks)
                                                     : "projection";
}

}  // namespace

Settings settings_of(const ContrastiveOptions& options, const Manifest& manifest,
                     const std::string& pairs_sum) {
  Settings settings{
      {"--loss", options.loss == ContrastiveLoss::clip ? "clip" : "siglip"},
      {"--tune", tune_of(options.tune)},
      {"--epochs", std::to_string(options.epochs)},
      {"--pairs", std::to_string(options.pairs)},
      {"--batch-size", std::to_string(options.at_once)},
      {"--weight-decay", number(options.weight_decay)},
      {"--warmup", number(options.warmup)},
      {"--augment", std::string(options.crop ? "crop " : "") + (options.flip ? "flip" : "")},
      {"--validation", number(options.validation)},
      {"--seed", std::to_string(options.seed)},
      {"--decode", options.decode.reduce ? "fast" : "exact"},
      {"--no-exif", options.decode.apply_exif ? "" : "given"},
      {"set of pairs", pairs_sum},
  };
  for (const auto& [name, sum] : manifest.files) {
    settings.emplace("model (" + name + ")", sum.sha256);
  }
  return settings;
}

std::string checkpoint_header(const Settings& settings, const TrainingState& state) {
  nlohmann::json header{{"settings", settings},       {"epoch", state.epoch},
                        {"batch", state.batch},       {"steps", state.steps},
                        {"loss_sum", state.loss_sum}, {"epochs_since_best", state.epochs_since_best}};
  if (state.best) {
    header["best"] = {{"epoch", state.best->epoch}, {"loss", state.best->loss}};
  }
  return header.dump();
}

TrainingState state_in(const std::string& header, const Settings& settings,
                       const std::filesystem::path& file) {
  const auto shown = utf8::printable(file.string());
  TrainingState state;
  Settings earlier;
  try {
    const auto json = nlohmann::json::parse(header);
    json.at("settings").get_to(earlier);
    json.at("epoch").get_to(state.epoch);
    json.at("batch").get_to(state.batch);
    json.at("steps").get_to(state.steps);
    json.at("loss_sum").get_to(state.loss_sum);
    json.at("epochs_since_best").get_to(state.epochs_since_best);
    if (json.contains("best")) {
      state.best = {json.at("best").at("epoch").get<std::size_t>(), json.at("best").at("loss").get<double>()};
    }
  } catch (const nlohmann::json::exception&) {
    throw usage_error(shown + ": is not a checkpoint of this version; remove it to begin anew");
  }
  for (const auto& [name, value] : settings) {
    if (const auto found = earlier.find(name); found == earlier.end() || found->second != value) {
      throw usage_error(std::string(shown)
                            .append(": was made with another ")
                            .append(name)
                            .append("; give the same as then, or remove it to begin anew"));
    }
  }
  return state;
}

}  // namespace clip_classify
