// What the search command is asked.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/options.h"

namespace clip_classify::cli {

struct SearchOptions : CommonOptions {
  std::vector<std::string> queries;  ///< texts, trimmed
  std::vector<std::string> images;   ///< that are queries, too
  std::vector<std::string> with;     ///< texts that are added to each query
  std::vector<std::string> without;  ///< and taken away from it
  std::map<std::string, double> weights;
  std::size_t top_k = 10;  ///< 0: all
  std::optional<double> threshold;
  std::optional<double> duplicates;
  bool omit_first = false;
  std::string index = "auto";  ///< "auto", "exact" or "hnsw"

  double weight(const std::string& term) const {
    const auto given = weights.find(term);
    return given == weights.end() ? 1 : given->second;
  }
  /// Whether all that the store knows is searched.
  bool whole_store() const { return inputs.paths.empty() && !inputs.files_from; }
};

SearchOptions parse_search(const Arguments& arguments);

}  // namespace clip_classify::cli
