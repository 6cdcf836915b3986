// What a search and a look for duplicates print.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "clip_classify/record.h"

namespace clip_classify::cli {

/// Images found for one query, or that are nearly the same.
struct FoundGroup {
  std::string heading = {};  ///< for people; empty for none
  std::string first = {};    ///< a path before those of the records; empty for none
  std::vector<Record> records = {};
};

struct FoundShape {
  std::vector<std::string> details;  ///< as RecordShape names them
  bool parted = false;               ///< text: blank lines between groups, also for programs
};

/// Writes all groups: as records, or as text, which is a path a line, or ended by NUL where that is asked
/// for. On a terminal groups have headings, blank lines between them, and paths are made harmless.
void write_found(const CommonOptions& options, const FoundShape& shape,
                 const std::vector<FoundGroup>& groups);

}  // namespace clip_classify::cli
