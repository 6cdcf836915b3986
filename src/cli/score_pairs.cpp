#include "cli/score_pairs.h"

#include <algorithm>
#include <limits>

#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

constexpr std::size_t kBlock = 1024;

enum Column : std::size_t { kImage, kText, kReferences };

std::vector<ColumnSpec> columns() {
  return {image_column(),
          {.names = {"text", "caption"}},
          {.names = {"references", "refs"}, .required = false, .list = true}};
}

std::string trimmed(const std::string& text) {
  return std::string(utf8::trim(text));
}

/// Takes out what failed. Returns the new place of each image that is left.
std::vector<std::size_t> drop_failed(BlockImages& images) {
  auto& embeddings = images.embeddings;
  std::vector<std::size_t> places(embeddings.rows);
  std::size_t left = 0;
  for (std::size_t image = 0; image < embeddings.rows; ++image) {
    places[image] = left;
    if (!images.errors[image]) {
      std::ranges::copy(std::as_const(embeddings).row(image), embeddings.row(left).begin());
      ++left;
    }
  }
  embeddings.rows = left;
  embeddings.values.resize(left * embeddings.width);
  return places;
}

}  // namespace

PairScorer::PairScorer(const ScoreOptions& options, Context& context)
    : options_(options),
      templates_(read_templates({options.text_template}, {})),
      table_(options.pairs, columns(), context.stop),
      has_references_(table_.has(kReferences)),
      session_(options, context),
      images_(session_, options.embeddings) {}

std::vector<TableRow> PairScorer::read_rows() {
  const auto most = options_.retrieval ? std::numeric_limits<std::size_t>::max() : kBlock;
  std::vector<TableRow> rows;
  while (rows.size() < most) {
    auto row = table_.next();
    if (!row) {
      break;
    }
    if (!has_references_ && !row->list(kReferences).empty()) {
      throw usage_error(row->where + ": has references, but the first row has none: give that one, too, " +
                        "\"references\": []");
    }
    rows.push_back(std::move(*row));
  }
  return rows;
}

std::optional<ScoredBlock> PairScorer::next() {
  const auto rows = read_rows();
  if (!rows.empty()) {
    std::vector<std::string> paths;
    std::ranges::transform(rows, std::back_inserter(paths),
                           [](const TableRow& row) { return row.text(kImage); });
    images_.start(paths);
    const auto texts = embed_texts(rows);
    if (auto images = images_.take()) {
      ScoredBlock block;
      for (std::size_t index = 0; index < rows.size(); ++index) {
        block.pairs.push_back(score(rows[index], index, *images, texts));
      }
      if (options_.retrieval) {
        rank(block, *images, texts);
      }
      return block;
    }
  }
  if (session_.stopped()) {
    throw Interrupted("interrupted while pairs were scored");
  }
  return std::nullopt;
}

Matrix PairScorer::embed_texts(const std::vector<TableRow>& rows) {
  rows_of_texts_.clear();
  std::vector<Label> texts;
  const auto add = [&](const std::string& given) {
    const auto text = trimmed(given);
    if (rows_of_texts_.emplace(text, texts.size()).second) {
      texts.push_back({text, {text}});
    }
  };
  for (const auto& row : rows) {
    add(row.text(kText));
    std::ranges::for_each(row.list(kReferences), add);
  }
  return session_.classifier(texts, templates_, true, "text").weights;
}

std::span<const float> PairScorer::embedding_of(const std::string& text, const Matrix& texts) const {
  return texts.row(rows_of_texts_.at(trimmed(text)));
}

ScoredPair PairScorer::score(const TableRow& row, std::size_t index, const BlockImages& images,
                             const Matrix& texts) const {
  ScoredPair pair{row.text(kImage), row.text(kText), images.error(index)};
  if (pair.error) {
    return pair;
  }
  const auto text = embedding_of(pair.text, texts);
  pair.similarity = dot(images.embedding(index), text);
  pair.clip_score = clip_score(pair.similarity);
  std::vector<double> nearness;
  for (const auto& reference : row.list(kReferences)) {
    nearness.push_back(dot(embedding_of(reference, texts), text));
  }
  if (!nearness.empty()) {
    pair.ref_clip_score = ref_clip_score(pair.similarity, nearness);
  }
  return pair;
}

void PairScorer::rank(ScoredBlock& block, BlockImages& images, const Matrix& texts) {
  const auto places = drop_failed(images);
  std::vector<ScoredPair*> ranked;
  std::vector<std::size_t> image_of_text;
  Matrix captions{0, texts.width, {}};
  for (std::size_t index = 0; index < block.pairs.size(); ++index) {
    auto& pair = block.pairs[index];
    if (pair.error) {
      continue;
    }
    ranked.push_back(&pair);
    image_of_text.push_back(places[images.image_of_row[index]]);
    const auto row = embedding_of(pair.text, texts);
    captions.values.insert(captions.values.end(), row.begin(), row.end());
    ++captions.rows;
  }
  const auto ranks = session_.watch().time("ranking pairs", [&] {
    return retrieve(images.embeddings, captions, image_of_text, session_.model().threads(),
                    session_.stop_token());
  });
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    ranked[i]->image_rank = ranks.image_ranks[i];
    ranked[i]->text_rank = ranks.text_ranks[i];
  }
  block.best_text_ranks = ranks.best_text_ranks;
}

}  // namespace clip_classify::cli
