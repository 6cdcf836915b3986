// HTML entities and character references, as Python's html module reads them.
#pragma once

#include <string>
#include <string_view>

namespace clip_classify {

/// Python's html.unescape, which follows browsers: semicolons may be missing.
std::u32string html_unescape(std::u32string_view text);

/// ftfy's more careful reading: semicolons are needed, and some names may be in capitals.
std::u32string ftfy_unescape(std::u32string_view text);

}  // namespace clip_classify
