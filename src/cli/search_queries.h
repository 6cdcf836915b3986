// Queries of a search: from words and images to vectors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/search_options.h"
#include "cli/session.h"

namespace clip_classify::cli {

struct Query {
  std::string name;        ///< the text, or the image's path
  std::vector<float> row;  ///< a unit row
  std::string itself;      ///< an image's path from the root; empty for a text

  /// The path of an image as it is found; nothing for the query itself.
  std::optional<std::string> result(const std::string& path) const;
};

/// Thrown after the failure of a query's image was told.
struct QueryFailed {};

/// In order: texts, then images. Throws Error (usage) for one whose terms cancel out, and QueryFailed.
std::vector<Query> make_queries(Session& session, const SearchOptions& options, const Matrix& images);

/// A row for each image that is a query. Not while other images are loaded.
Matrix embed_query_images(Session& session, const SearchOptions& options);

}  // namespace clip_classify::cli
