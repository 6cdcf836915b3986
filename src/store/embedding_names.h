// What stands beside a file of embeddings: photos.jsonl beside photos.npy.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "clip_classify/embedding_file.h"

namespace clip_classify {

/// photos.jsonl for photos.npy.
std::string names_beside(const std::string& array_path);

/// {"path": ...}, exactly in "path_base64" where that is not UTF-8, or {"text": ...}.
nlohmann::ordered_json name_object(EmbeddingKind kind, const std::string& name);

/// The name in such an object; nothing where there is none.
std::optional<std::string> name_in(const nlohmann::json& object);

}  // namespace clip_classify
