// The columns of the tables that tests of Table read.
#pragma once

#include <vector>

#include "clip_classify/table.h"

namespace clip_classify::test {

inline std::vector<ColumnSpec> pair_columns() {
  return {{{"image", "path"}}, {{"text"}}, {{"references"}, false, true}};
}

}  // namespace clip_classify::test
