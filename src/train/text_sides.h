// Texts that a mirrored picture would make wrong.
#pragma once

#include <string_view>

namespace clip_classify {

/// Whether a text says left or right, which a mirrored picture would make wrong: the English words, and 左
/// and 右.
bool tells_sides(std::string_view text);

}  // namespace clip_classify
