#include "output/journal.h"

#include <nlohmann/json.hpp>
#include <sstream>

namespace clip_classify {

std::string settings_line(const Settings& settings) {
  return nlohmann::json(settings).dump();
}

std::string checkpoint_line(const Checkpoint& checkpoint) {
  return std::to_string(checkpoint.inputs) + " " + std::to_string(checkpoint.failed) + " " +
         std::to_string(checkpoint.bytes) + " " + checkpoint.inputs_sum + " " + checkpoint.output_sum;
}

std::optional<std::string> JournalReader::line() {
  std::string text;
  if (!std::getline(stream_, text) || stream_.eof()) {
    return std::nullopt;
  }
  position_ += text.size() + 1;
  return text;
}

std::optional<Settings> JournalReader::settings() {
  const auto text = line();
  const auto json = nlohmann::json::parse(text.value_or(""), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return std::nullopt;
  }
  Settings settings;
  for (const auto& [name, value] : json.items()) {
    if (!value.is_string()) {
      return std::nullopt;
    }
    settings[name] = value;
  }
  return settings;
}

std::optional<Checkpoint> JournalReader::next() {
  Checkpoint checkpoint;
  std::istringstream fields(line().value_or(""));
  if (!(fields >> checkpoint.inputs >> checkpoint.failed >> checkpoint.bytes >> checkpoint.inputs_sum >>
        checkpoint.output_sum)) {
    return std::nullopt;
  }
  return checkpoint;
}

}  // namespace clip_classify
