#include "text/ftfy.h"

#include <algorithm>

#include "text/ftfy_encoding.h"
#include "text/ftfy_tables.h"
#include "text/html_unescape.h"
#include "text/unicode.h"

namespace clip_classify {
namespace {

using ftfy_tables::kReplacements;
using ftfy_tables::Replacement;

constexpr std::size_t kLongestSegment = 1'000'000;  // ftfy's max_decode_length

bool is_single_quote(char32_t c) {
  return c == 0x2BC || (c >= 0x2018 && c <= 0x201B);
}
bool is_double_quote(char32_t c) {
  return c >= 0x201C && c <= 0x201F;
}
bool is_dropped_control(char32_t c) {
  return c <= 0x08 || c == 0x0B || (c >= 0x0E && c <= 0x1F) || c == 0x7F || (c >= 0x206A && c <= 0x206F) ||
         c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFC);
}

/// Ligatures and full-width forms; a width form never gives a ligature or the other way round, so one pass
/// does.
std::u32string replace_forms(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (const char32_t c : text) {
    const auto found = std::ranges::lower_bound(kReplacements, c, {}, &Replacement::from);
    if (found != std::end(kReplacements) && found->from == c) {
      out += found->to;
    } else {
      out += c;
    }
  }
  return out;
}

std::u32string uncurl_and_break(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char32_t c = text[at];
    if (is_single_quote(c)) {
      out += U'\'';
    } else if (is_double_quote(c)) {
      out += U'"';
    } else if (c == '\r' && at + 1 < text.size() && text[at + 1] == '\n') {
      continue;
    } else if (c == '\r' || c == 0x2028 || c == 0x2029 || c == 0x85) {
      out += U'\n';
    } else {
      out += c;
    }
  }
  return out;
}

/// ESC [ digits and semicolons, a letter.
std::u32string without_terminal_escapes(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == 0x1B && at + 1 < text.size() && text[at + 1] == '[') {
      std::size_t end = at + 2;
      while (end < text.size() && ((text[end] >= '0' && text[end] <= '9') || text[end] == ';')) ++end;
      if (end < text.size() && ((text[end] | 0x20) >= 'a' && (text[end] | 0x20) <= 'z' && text[end] < 0x80)) {
        at = end;
        continue;
      }
    }
    out += text[at];
  }
  return out;
}

std::u32string fix_segment(std::u32string text, bool unescape) {
  while (true) {
    auto fixed = unescape ? ftfy_unescape(text) : text;
    fixed = fix_c1_controls(fix_encoding(fixed));
    fixed = without_terminal_escapes(uncurl_and_break(replace_forms(fixed)));
    std::erase_if(fixed, is_dropped_control);
    fixed = unicode::compose(fixed);
    if (fixed == text) return fixed;
    text = std::move(fixed);
  }
}

}  // namespace

std::u32string fix_text(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  bool unescape = true;
  while (!text.empty()) {
    const auto line_end = text.find(U'\n');
    const auto size =
        std::min(line_end == std::u32string_view::npos ? text.size() : line_end + 1, kLongestSegment);
    const auto segment = text.substr(0, size);
    // A tag means that the text is HTML, here and from here on.
    unescape = unescape && segment.find(U'<') == std::u32string_view::npos;
    out += fix_segment(std::u32string(segment), unescape);
    text.remove_prefix(size);
  }
  return out;
}

}  // namespace clip_classify
