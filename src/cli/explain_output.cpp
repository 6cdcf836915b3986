#include "cli/explain_output.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "output/formatted.h"
#include "output/heat_map_json.h"
#include "store/embedding_names.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::vector<std::pair<std::string, double>>& pairs, const char* name, const char* number) {
  auto list = Json::array();
  for (const auto& [text, value] : pairs) {
    list.push_back(Json{{name, utf8::replace_invalid(text)}, {number, value}});
  }
  return list;
}

Json json_of(const ExplainedLabel& label) {
  Json object{{"label", label.name}, {"score", label.score}, {"similarity", label.similarity}};
  object["map"] = heat_map_json(label.map, std::identity());
  if (label.check) {
    object["check"] = {{"deletion", label.check->deletion},
                       {"random_deletion", label.check->random_deletion},
                       {"insertion", label.check->insertion},
                       {"random_insertion", label.check->random_insertion}};
  }
  object["words"] = json_of(label.words, "word", "drop");
  object["nearest"] = json_of(label.nearest, "label", "similarity");
  return object;
}

Json json_of(const Explanation& explanation, bool contrast) {
  auto object = name_object(EmbeddingKind::image, explanation.path);
  if (explanation.error) {
    object["error"] = {{"code", explanation.error->code()},
                       {"message", utf8::replace_invalid(explanation.error->what())}};
    return object;
  }
  const auto& region = explanation.region;
  object["region"] = {{"x", region.x}, {"y", region.y}, {"width", region.width}, {"height", region.height}};
  object["map_of"] = contrast ? "similarity less the mean of the other labels'" : "similarity";
  object["labels"] = Json::array();
  for (const auto& label : explanation.labels) {
    object["labels"].push_back(json_of(label));
  }
  return object;
}

/// Where the map is largest, in pixels of the whole image.
std::string peak_of(const HeatMap& map, const Region& region) {
  const auto peak = std::ranges::max_element(map.values) - map.values.begin();
  if (map.values[static_cast<std::size_t>(peak)] <= 0) {
    return "nowhere: it falls nowhere when a part is hidden";
  }
  const auto row = static_cast<std::size_t>(peak) / map.columns;
  const auto column = static_cast<std::size_t>(peak) % map.columns;
  return formatted(
      "most at x %.0f, y %.0f",
      region.x + (static_cast<double>(column) + 0.5) * region.width / static_cast<double>(map.columns),
      region.y + (static_cast<double>(row) + 0.5) * region.height / static_cast<double>(map.rows));
}

std::string text_of(const std::vector<std::pair<std::string, double>>& pairs, const char* format) {
  std::string text;
  for (const auto& [name, value] : pairs) {
    text += (text.empty() ? "" : ", ") + utf8::printable(name) + formatted(format, value);
  }
  return text;
}

std::string text_of(const Explanation& explanation, bool single) {
  const std::string indent(single ? 0 : 2, ' ');
  std::string text = single ? "" : utf8::printable(explanation.path) + "\n";
  int widest = 0;
  for (const auto& label : explanation.labels) {
    widest = std::max(widest, utf8::width(utf8::printable(label.name)));
  }
  for (const auto& label : explanation.labels) {
    const auto name = utf8::printable(label.name);
    text += indent + name + std::string(static_cast<std::size_t>(widest - utf8::width(name)), ' ') +
            formatted("  %5.1f%%  ", 100 * label.score) + peak_of(label.map, explanation.region) + "\n";
    if (label.check) {
      text += indent + formatted("  deletion %.4f (random order %.4f), insertion %.4f (random order %.4f)\n",
                                 label.check->deletion, label.check->random_deletion, label.check->insertion,
                                 label.check->random_insertion);
    }
    if (!label.words.empty()) {
      text += indent + "  words: " + text_of(label.words, " %+.4f") + "\n";
    }
    if (!label.nearest.empty()) {
      text += indent + "  nearest labels: " + text_of(label.nearest, " %.2f") + "\n";
    }
  }
  return text;
}

}  // namespace

ExplanationWriter::ExplanationWriter(Format format, bool single, bool contrast)
    : sink_(open_sink(std::nullopt)), format_(format), single_(single), contrast_(contrast) {}

void ExplanationWriter::add(const Explanation& explanation) {
  if (format_ == Format::text) {
    if (!explanation.error) {
      sink_->write((empty_ ? "" : "\n") + text_of(explanation, single_));
      empty_ = false;
    }
  } else if (format_ == Format::json) {
    sink_->write((empty_ ? "[\n" : ",\n") + json_of(explanation, contrast_).dump());
    empty_ = false;
  } else {
    sink_->write(json_of(explanation, contrast_).dump() + "\n");
  }
  sink_->flush();
}

void ExplanationWriter::end() {
  if (format_ == Format::json) {
    sink_->write(empty_ ? "[]\n" : "\n]\n");
  }
  sink_->commit();
}

ExplanationPictures::ExplanationPictures(const std::optional<std::string>& pictures) {
  if (pictures && names_folder(*pictures)) {
    std::error_code failure;
    std::filesystem::create_directories(*pictures, failure);
    if (failure) {
      throw output_error(utf8::printable(*pictures) + ": can't make this folder: " + failure.message());
    }
    folder_ = *pictures;
  } else if (pictures) {
    file_ = open_sink(pictures);
  }
}

std::string ExplanationPictures::name_for(const std::string& path) {
  const auto file = path == "-" ? std::string("stdin") : std::filesystem::path(path).filename().string();
  auto name = file + ".png";
  for (int number = 2; !names_.insert(name).second; ++number) {
    name = file + "-" + std::to_string(number) + ".png";
  }
  return name;
}

void ExplanationPictures::add(const Explanation& explanation, const Image& image, const ImageSpec& spec) {
  auto sink = std::move(file_);
  if (folder_) {
    sink = open_sink((std::filesystem::path(*folder_) / name_for(explanation.path)).string());
  }
  if (!sink) {
    return;
  }
  std::vector<NamedMap> maps;
  for (const auto& label : explanation.labels) {
    maps.push_back({label.name, formatted("%.1f%%", 100 * label.score), label.map});
  }
  const auto png = encode_png(explanation_picture(image, spec, maps));
  sink->write({reinterpret_cast<const char*>(png.data()), png.size()});
  sink->commit();
}

}  // namespace clip_classify::cli
