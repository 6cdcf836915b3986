#include "cli/search_queries.h"

#include <filesystem>

#include "cli/image_stream.h"
#include "clip_classify/search.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

std::string from_root(const std::string& path) {
  std::error_code failed;
  return std::filesystem::absolute(path, failed).lexically_normal().string();
}

}  // namespace

std::optional<std::string> Query::result(const std::string& path) const {
  return !itself.empty() && from_root(path) == itself ? std::nullopt : std::optional(path);
}

Matrix embed_query_images(Session& session, const SearchOptions& options) {
  Matrix rows{0, static_cast<std::size_t>(session.manifest().embedding_width), {}};
  if (options.images.empty()) {
    return rows;
  }
  ImageStream stream(session, {.paths = options.images, .files_from = {}});
  stream.start();
  for (auto batch = stream.next(); !batch.empty(); batch = stream.next()) {
    for (const auto& image : batch) {
      rows.values.insert(rows.values.end(), image.embedding.begin(), image.embedding.end());
      ++rows.rows;
    }
  }
  stream.finish();
  if (session.stopped()) {
    throw Interrupted("interrupted before the first image");
  }
  if (stream.counts().failed > 0) {
    throw QueryFailed();
  }
  return rows;
}

std::vector<Query> make_queries(Session& session, const SearchOptions& options, const Matrix& images) {
  auto texts = options.queries;
  texts.insert(texts.end(), options.with.begin(), options.with.end());
  texts.insert(texts.end(), options.without.begin(), options.without.end());
  const auto rows = texts.empty() ? Matrix() : session.embed_texts(texts, "query text");

  std::vector<QueryTerm> shared;
  for (auto text = options.queries.size(); text < texts.size(); ++text) {
    const bool added = text < options.queries.size() + options.with.size();
    shared.push_back({rows.row(text), (added ? 1 : -1) * options.weight(texts[text])});
  }
  std::vector<Query> queries;
  const auto add = [&](const std::string& name, bool image, std::span<const float> row) {
    auto terms = shared;
    terms.push_back({row, options.weight(name)});
    queries.push_back({name, combine(terms), image ? from_root(name) : ""});
    if (queries.back().row.empty()) {
      throw usage_error("query " + utf8::quoted(name) + ": nothing is left of it: its terms cancel out");
    }
  };
  for (std::size_t text = 0; text < options.queries.size(); ++text) {
    add(texts[text], false, rows.row(text));
  }
  for (std::size_t image = 0; image < options.images.size(); ++image) {
    add(options.images[image], true, images.row(image));
  }
  return queries;
}

}  // namespace clip_classify::cli
