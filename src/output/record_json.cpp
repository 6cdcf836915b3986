#include <nlohmann/json.hpp>

#include "output/writers.h"
#include "store/embedding_names.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Value& value) {
  return std::visit(
      [](const auto& held) -> Json {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<Held, std::string>) {
          return utf8::replace_invalid(held);
        } else if constexpr (std::is_same_v<Held, double>) {
          return finite(held);
        } else {
          return held;
        }
      },
      value);
}

Json json_of(const std::vector<RankedName>& ranking, const std::string& name) {
  Json entries = Json::array();
  for (const auto& ranked : ranking) {
    Json entry;
    entry[name] = utf8::replace_invalid(ranked.name);
    entry["score"] = finite(ranked.score);
    entry["similarity"] = finite(ranked.similarity);
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace

std::string record_json(const Record& record, const RecordShape& shape) {
  Json object = name_object(EmbeddingKind::image, record.path);
  for (std::size_t i = 0; i < record.details.size(); ++i) {
    object[shape.details[i]] = json_of(record.details[i]);
  }
  if (record.error) {
    object["error"] = {{"code", record.error->code()},
                       {"message", utf8::replace_invalid(record.error->what())}};
  } else if (!shape.name.empty()) {
    auto ranking = json_of(record.ranking, shape.name);
    if (shape.best) {
      object[shape.name] = ranking.empty() ? Json() : ranking.front()[shape.name];
      object["score"] = ranking.empty() ? Json() : ranking.front()["score"];
    }
    object[shape.names] = std::move(ranking);
  }
  return object.dump();
}

}  // namespace clip_classify
