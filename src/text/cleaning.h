// What is done to a text before it is tokenized, exactly as a model's Python tokenizer does it.
#pragma once

#include <string>
#include <string_view>

#include "clip_classify/text.h"

namespace clip_classify {

/// `text` is valid UTF-8, and so is the result.
std::string clean(std::string_view text, Cleaning cleaning);

}  // namespace clip_classify
