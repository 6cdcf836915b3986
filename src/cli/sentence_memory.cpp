#include "cli/sentence_memory.h"

#include <algorithm>
#include <utility>

namespace clip_classify::cli {
namespace {

/// Half of the sentences that are remembered: 16 MB at a width of 1000.
constexpr std::size_t kGeneration = 2048;

}  // namespace

Matrix SentenceMemory::rows(std::span<const std::string> texts) {
  if (session_.stopped()) {
    throw Interrupted("interrupted");
  }
  if (recent_.size() >= kGeneration) {
    older_ = std::exchange(recent_, {});
  }
  std::vector<std::string> unknown;
  for (const auto& text : texts) {
    if (find(text) == nullptr) {
      unknown.push_back(text);
    }
  }
  embed(unknown);
  Matrix rows{texts.size(), static_cast<std::size_t>(session_.manifest().embedding_width), {}};
  rows.values.reserve(rows.rows * rows.width);
  for (const auto& text : texts) {
    const auto& row = recent_.at(text);
    rows.values.insert(rows.values.end(), row.begin(), row.end());
  }
  return rows;
}

const std::vector<float>* SentenceMemory::find(const std::string& text) {
  if (auto known = older_.extract(text)) {
    recent_.insert(std::move(known));
  }
  const auto known = recent_.find(text);
  return known == recent_.end() ? nullptr : &known->second;
}

void SentenceMemory::embed(const std::vector<std::string>& texts) {
  if (texts.empty()) {
    return;
  }
  auto& model = session_.model();
  const auto rows =
      session_.watch().time("embedding sentences", [&] { return model.embed_tokens(model.tokenize(texts)); });
  for (std::size_t index = 0; index < texts.size(); ++index) {
    recent_[texts[index]].assign(rows.row(index).begin(), rows.row(index).end());
  }
  embedded_ += texts.size();
}

}  // namespace clip_classify::cli
