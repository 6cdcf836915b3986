// The best rows of embedding files: every row is looked at, or an index says which.
#pragma once

#include <vector>

#include "cli/image_stream.h"
#include "cli/search_options.h"
#include "cli/search_queries.h"
#include "cli/session.h"
#include "clip_classify/search.h"

namespace clip_classify::cli {

/// Adds what is found in the embedding files to `best`, one for each query. Throws Interrupted.
void search_files(Session& session, const SearchOptions& options, const std::vector<Query>& queries,
                  ImageStream& images, std::vector<BestImages>& best);

}  // namespace clip_classify::cli
