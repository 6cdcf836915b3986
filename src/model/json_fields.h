// Reads the fields of a JSON object strictly: each is asked for once, by type, and none may be left over.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "clip_classify/error.h"

namespace clip_classify {

/// One object of a JSON file. Every failure is an Error (model) that names the file and the field.
class JsonFields {
 public:
  /// `name` is the object's own place in the file ("image", or empty at the top). Keeps references.
  JsonFields(const nlohmann::json& object, std::string file, std::string name);

  bool has(const std::string& key) const { return object_.contains(key); }
  JsonFields object(const std::string& key);
  const nlohmann::json& value(const std::string& key);

  template <typename T>
  T get(const std::string& key) {
    try {
      return convert<T>(value(key));
    } catch (const nlohmann::json::exception&) {
      throw error(key, "has the wrong type");
    }
  }

  /// The enumerator that a word stands for.
  template <typename T>
  T choice(const std::string& key, std::initializer_list<std::pair<const char*, T>> choices) {
    const auto word = get<std::string>(key);
    std::string known;
    for (const auto& [name, value] : choices) {
      if (word == name) {
        return value;
      }
      known += (known.empty() ? "\"" : ", \"") + std::string(name) + "\"";
    }
    throw error(key, "is \"" + word + "\"; this version knows " + known);
  }

  /// To be called once all known fields were read: any other field is an error.
  void finish() const;

  Error error(const std::string& key, const std::string& what) const;

 private:
  /// nlohmann converts between booleans, integers and floats silently; a manifest should not need that.
  template <typename T>
  static T convert(const nlohmann::json& value) {
    const bool fits = !std::is_arithmetic_v<T> || (std::is_same_v<T, bool> ? value.is_boolean()
                                                   : std::is_integral_v<T> ? value.is_number_integer()
                                                                           : value.is_number());
    if (!fits) {
      throw nlohmann::json::type_error::create(302, "type", nullptr);
    }
    return value.get<T>();
  }

  const nlohmann::json& object_;
  std::string file_;
  std::string name_;
  std::set<std::string> used_;
};

}  // namespace clip_classify
