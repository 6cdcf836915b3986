// Which parameters of an encoder --tune means, told from their names and the order of their use.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "clip_classify/contrastive.h"

namespace clip_classify {

struct ParameterOrder {
  std::vector<std::string> names;  ///< of all that forward uses, first used first
  std::vector<std::string> last;   ///< that the last step takes which takes any
};

/// Where each transformer block begins in `names`: the numbered parts of one module that hold parameters of
/// the same names, of several such modules the one with the most. Empty where there is none.
std::vector<std::size_t> block_starts(const std::vector<std::string>& names);

/// The names of what is to be trained. Throws Error (usage) for more blocks than there are; `what` names the
/// encoder.
std::vector<std::string> tuned_names(const ParameterOrder& order, const TunedPart& part,
                                     const std::string& what);

}  // namespace clip_classify
