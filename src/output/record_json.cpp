#include <openssl/evp.h>

#include <nlohmann/json.hpp>

#include "output/writers.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using Json = nlohmann::ordered_json;

std::string base64(const std::string& bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // and the NUL that OpenSSL adds
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

}  // namespace

std::string record_json(const Record& record) {
  Json object;
  object["path"] = utf8::replace_invalid(record.path);
  if (!utf8::valid(record.path)) object["path_base64"] = base64(record.path);
  if (record.error) {
    object["error"] = {{"code", record.error->code()},
                       {"message", utf8::replace_invalid(record.error->what())}};
    return object.dump();
  }

  Json labels = Json::array();
  for (const auto& label : record.labels) {
    Json entry;
    entry["label"] = utf8::replace_invalid(label.label);
    entry["score"] = finite(label.score);
    entry["similarity"] = finite(label.similarity);
    labels.push_back(std::move(entry));
  }
  object["label"] = labels.empty() ? Json() : labels.front()["label"];
  object["score"] = labels.empty() ? Json() : labels.front()["score"];
  object["labels"] = std::move(labels);
  return object.dump();
}

}  // namespace clip_classify
