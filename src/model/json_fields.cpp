#include "model/json_fields.h"

namespace clip_classify {

JsonFields::JsonFields(const nlohmann::json& object, std::string file, std::string name)
    : object_(object), file_(std::move(file)), name_(std::move(name)) {
  if (!object_.is_object()) {
    throw model_error(file_ + ": " + (name_.empty() ? "the file" : "field \"" + name_ + "\"") +
                      " is not a JSON object");
  }
}

Error JsonFields::error(const std::string& key, const std::string& what) const {
  return model_error(file_ + ": field \"" + (name_.empty() ? key : name_ + "." + key) + "\" " + what);
}

const nlohmann::json& JsonFields::value(const std::string& key) {
  used_.insert(key);
  const auto found = object_.find(key);
  if (found == object_.end()) {
    throw error(key, "is missing");
  }
  return *found;
}

JsonFields JsonFields::object(const std::string& key) {
  return {value(key), file_, name_.empty() ? key : name_ + "." + key};
}

void JsonFields::finish() const {
  for (const auto& [key, value] : object_.items()) {
    if (!used_.contains(key)) {
      throw error(key, "is unknown to this version of clip-classify; a newer one may know it");
    }
  }
}

}  // namespace clip_classify
