#include "store/embedding_names.h"

#include <filesystem>

#include "text/base64.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

std::optional<std::string> text_in(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? std::optional(found->get<std::string>())
                                                     : std::nullopt;
}

}  // namespace

std::string names_beside(const std::string& array_path) {
  return std::filesystem::path(array_path).replace_extension(".jsonl").string();
}

nlohmann::ordered_json name_object(EmbeddingKind kind, const std::string& name) {
  nlohmann::ordered_json object;
  object[kind == EmbeddingKind::image ? "path" : "text"] = utf8::replace_invalid(name);
  if (!utf8::valid(name)) {
    object["path_base64"] = to_base64(name);
  }
  return object;
}

std::optional<std::string> name_in(const nlohmann::json& object) {
  if (const auto exact = text_in(object, "path_base64")) {
    return from_base64(*exact);
  }
  const auto path = text_in(object, "path");
  return path ? path : text_in(object, "text");
}

}  // namespace clip_classify
