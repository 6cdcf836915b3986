// The half of ftfy that undoes wrong decoding ("mojibake").
#pragma once

#include <string>
#include <string_view>

namespace clip_classify {

/// ftfy.fix_encoding.
std::u32string fix_encoding(std::u32string_view text);

/// C1 control characters as Windows-1252, which browsers take them for.
std::u32string fix_c1_controls(std::u32string_view text);

}  // namespace clip_classify
