// Mends text as ftfy 6.3.1 does with its defaults (Robyn Speer, "ftfy", doi 10.5281/zenodo.2591652,
// Apache-2.0): text that was decoded in the wrong encoding, curly quotes, ligatures, full-width forms,
// control characters.
//
// OpenAI's CLIP and open_clip clean every text with it; its data is in ftfy_tables.h.
#pragma once

#include <string>
#include <string_view>

namespace clip_classify {

/// ftfy.fix_text.
std::u32string fix_text(std::u32string_view text);

}  // namespace clip_classify
