// Letters and numbers as CLIP's tokenizer tells them apart: \p{L} and \p{N} of Python's `regex` 2026.11.15.
//
// Generated, so that ids do not depend on the Unicode version of whichever library a distribution has;
// tests/parity/clip_bpe_test.py compares every code point.
#pragma once

namespace clip_classify {

bool is_letter(char32_t code_point);
bool is_number(char32_t code_point);

}  // namespace clip_classify
