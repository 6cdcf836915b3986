#include "cli/report_records.h"

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "clip_classify/error.h"
#include "text/base64.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

using Json = nlohmann::json;

/// What reads one record; errors say what is wrong with it.
class RecordReader {
 public:
  RecordReader(const Json& json, const std::string& where) : json_(json), where_(where) {}

  Record record() const {
    Record result{path(), {}, {}};
    const auto error = json_.find("error");
    if (error != json_.end()) {
      auto code = text(*error, "code");
      result.error = input_error(std::move(code), text(*error, "message"));
      return result;
    }
    const auto labels = json_.find("labels");
    if (labels == json_.end() || !labels->is_array()) {
      throw wrong("has no list \"labels\"");
    }
    for (const auto& entry : *labels) {
      const double score = number(entry, "score");
      result.ranking.push_back({text(entry, "label"), score, number(entry, "similarity")});
    }
    return result;
  }

 private:
  std::string path() const {
    if (!json_.is_object()) {
      throw wrong("is no JSON object");
    }
    auto shown = text(json_, "path");
    if (json_.contains("path_base64")) {
      const auto bytes = from_base64(text(json_, "path_base64"));
      if (!bytes) {
        throw wrong("\"path_base64\" is not base64");
      }
      return *bytes;
    }
    return shown;
  }

  std::string text(const Json& object, const char* key) const {
    if (!object.is_object() || !object.contains(key) || !object[key].is_string()) {
      throw wrong(std::string("has no text \"") + key + "\"");
    }
    return object[key].get<std::string>();
  }

  double number(const Json& object, const char* key) const {
    if (!object.is_object() || !object.contains(key) || !object[key].is_number()) {
      throw wrong(std::string("has no number \"") + key + "\"");
    }
    return object[key].get<double>();
  }

  Error wrong(const std::string& what) const {
    return usage_error(where_ + ": " + what + "; report takes the records of classify --json");
  }

  const Json& json_;
  const std::string& where_;
};

}  // namespace

RunRecords::RunRecords(const std::string& path) : name_(utf8::printable(path)) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw usage_error(name_ + ": is a folder; --results takes the records of classify --json");
  }
  file_.open(path, std::ios::binary);
  if (!file_) {
    throw usage_error(name_ + ": can't read it: " + std::generic_category().message(errno));
  }
}

std::optional<Record> RunRecords::next() {
  std::string line;
  while (std::getline(file_, line)) {
    ++line_;
    if (utf8::trim(line).empty()) {
      continue;
    }
    const auto where = name_ + ":" + std::to_string(line_);
    const auto json = Json::parse(line, nullptr, false);
    if (json.is_discarded()) {
      throw usage_error(where + ": is no JSON, or cut short; report takes the records of classify --json");
    }
    ++records_;
    auto record = RecordReader(json, where).record();
    note_scores(record);
    return record;
  }
  if (file_.bad()) {
    throw usage_error(name_ + ": can't read it: " + std::generic_category().message(errno));
  }
  if (records_ == 0) {
    throw usage_error(
        name_ + ": has no records; make some with clip-classify photos/ --labels A,B --json -o " + name_);
  }
  return std::nullopt;
}

void RunRecords::note_scores(const Record& record) {
  for (const auto& entry : record.ranking) {
    empty_ = false;
    within_ = within_ && entry.score >= 0 && entry.score <= 1;
    differ_ = differ_ || entry.score != entry.similarity;
  }
}

}  // namespace clip_classify::cli
