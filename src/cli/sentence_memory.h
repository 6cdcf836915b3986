// Embeddings of sentences, which describe makes by the hundred: the last ones are remembered, none is kept.
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "cli/session.h"

namespace clip_classify::cli {

/// Unlike Session::embed_texts it leaves the cache of known labels alone, which so many texts would soon
/// fill.
class SentenceMemory {
 public:
  explicit SentenceMemory(Session& session) : session_(session) {}

  /// A unit row for each text as it stands. Throws Interrupted where a stop was asked for.
  Matrix rows(std::span<const std::string> texts);

  /// How many texts the encoder was run for, for --verbose.
  std::size_t embedded() const { return embedded_; }

 private:
  using Rows = std::unordered_map<std::string, std::vector<float>>;

  const std::vector<float>* find(const std::string& text);
  void embed(const std::vector<std::string>& texts);

  Session& session_;
  std::size_t embedded_ = 0;
  Rows recent_;
  Rows older_;  ///< what is not asked for before recent_ is full again is forgotten
};

}  // namespace clip_classify::cli
