// How BERT's tokenizer in Hugging Face `tokenizers` 0.23 sorts code points.
//
// That library's tables are frozen at Unicode 8 (and one CJK range begins 256 code points late), so neither
// utf8proc's categories nor Python's agree with them. The data is what its BertNormalizer and
// BertPreTokenizer do to each single code point (and to pairs of marks); tests/parity/wordpiece_test.py
// compares all of them again.
#pragma once

namespace clip_classify::bert_unicode {

/// Removed when text is cleaned: control, format and private use characters, NUL and U+FFFD.
bool is_dropped(char32_t code_point);

/// CJK ideographs, which become words of their own.
bool is_chinese(char32_t code_point);

/// Category Mn: accents, which remain of a letter after decomposition.
bool is_nonspacing_mark(char32_t code_point);

/// ASCII punctuation and symbols, and category P.
bool is_punctuation(char32_t code_point);

/// Marks too new for its canonical ordering: they stay where they are.
bool is_never_reordered(char32_t code_point);

}  // namespace clip_classify::bert_unicode
