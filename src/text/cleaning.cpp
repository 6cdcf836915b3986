#include <algorithm>

#include "clip_classify/text.h"
#include "text/bert_unicode.h"
#include "text/ftfy.h"
#include "text/html_unescape.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using unicode::is_python_space;

/// Every run of white space becomes one space; those at the ends go when `trim`.
std::u32string collapse(std::u32string_view text, bool (*is_space)(char32_t), bool trim) {
  std::u32string out;
  out.reserve(text.size());
  bool pending = false;
  for (const char32_t c : text) {
    if (is_space(c)) {
      pending = true;
      continue;
    }
    if (pending && !(trim && out.empty())) out += U' ';
    pending = false;
    out += c;
  }
  if (pending && !trim) out += U' ';
  return out;
}

bool is_ascii_punctuation(char32_t c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

std::u32string without_punctuation(std::u32string text) {
  std::erase_if(text, is_ascii_punctuation);
  return text;
}

/// open_clip's basic_clean, then white space collapsed.
std::u32string basic(std::string_view text) {
  return html_unescape(html_unescape(fix_text(unicode::code_points(text))));
}

}  // namespace

std::string clean(std::string_view text, Cleaning cleaning) {
  using unicode::code_points;
  switch (cleaning) {
    case Cleaning::none:
      return std::string(text);
    case Cleaning::lower:
      return unicode::utf8(unicode::lower(code_points(text)));
    case Cleaning::hf_clip: {
      const auto composed = unicode::compose(code_points(text), bert_unicode::is_never_reordered);
      return unicode::utf8(unicode::lower(collapse(composed, utf8::is_space, false)));
    }
    case Cleaning::hf_siglip: {
      const auto plain = without_punctuation(unicode::python_lower(code_points(text)));
      return unicode::utf8(collapse(plain, is_python_space, true));
    }
    case Cleaning::open_clip_whitespace:
      return unicode::utf8(collapse(basic(text), is_python_space, true));
    case Cleaning::open_clip_lower:
      return unicode::utf8(unicode::python_lower(collapse(basic(text), is_python_space, true)));
    case Cleaning::open_clip_canonicalize: {
      auto plain = basic(text);
      std::ranges::replace(plain, U'_', U' ');
      return unicode::utf8(
          collapse(unicode::python_lower(without_punctuation(std::move(plain))), is_python_space, true));
    }
  }
  return {};
}

}  // namespace clip_classify
