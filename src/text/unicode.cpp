#include "text/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "text/case_classes.h"
#include "text/utf8.h"

namespace clip_classify::unicode {
namespace {

constexpr char32_t kSigma = 0x3A3, kSmallSigma = 0x3C3, kFinalSigma = 0x3C2;

/// Unicode's Final_Sigma: after a cased letter and before none, case-ignorable characters between them aside.
bool is_final_sigma(std::u32string_view text, std::size_t at) {
  const auto before = text.substr(0, at);
  const auto left = std::find_if_not(before.rbegin(), before.rend(), is_case_ignorable);
  if (left == before.rend() || !is_cased(*left)) return false;
  const auto after = text.substr(at + 1);
  const auto right = std::find_if_not(after.begin(), after.end(), is_case_ignorable);
  return right == after.end() || !is_cased(*right);
}

void append_lower(std::u32string& out, char32_t c) {
  out += static_cast<char32_t>(utf8proc_tolower(static_cast<std::int32_t>(c)));
  if (c == U'\u0130') out += U'\u0307';  // the one code point whose lower case is two
}

std::u32string compose_decomposed(std::u32string points) {
  const auto size = utf8proc_normalize_utf32(
      reinterpret_cast<utf8proc_int32_t*>(points.data()), static_cast<utf8proc_ssize_t>(points.size()),
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  points.resize(static_cast<std::size_t>(size));
  return points;
}

}  // namespace

std::u32string code_points(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto point = utf8::decode(text);
    out += point.value;
    text.remove_prefix(point.size);
  }
  return out;
}

std::string utf8(std::u32string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char32_t c : text) utf8::append(out, c);
  return out;
}

std::u32string decompose(std::u32string_view text, bool (*never_reordered)(char32_t)) {
  std::u32string out;
  out.reserve(text.size());
  std::array<utf8proc_int32_t, 8> parts{};
  for (const char32_t c : text) {
    int boundary = 0;
    const auto count = utf8proc_decompose_char(static_cast<std::int32_t>(c), parts.data(), parts.size(),
                                               UTF8PROC_DECOMPOSE, &boundary);
    out.append(parts.begin(), parts.begin() + count);
  }
  const auto combining_class = [&](char32_t c) {
    return never_reordered != nullptr && never_reordered(c)
               ? 0
               : utf8proc_get_property(static_cast<std::int32_t>(c))->combining_class;
  };
  const auto is_starter = [&](char32_t c) { return combining_class(c) == 0; };
  // utf8proc's own reorders a run of marks in quadratic time, which a hostile label would notice.
  for (auto at = out.begin(); at != out.end();) {
    const auto first = std::find_if_not(at, out.end(), is_starter);
    at = std::find_if(first, out.end(), is_starter);
    std::stable_sort(first, at,
                     [&](char32_t a, char32_t b) { return combining_class(a) < combining_class(b); });
  }
  return out;
}

std::u32string compose(std::u32string_view text, bool (*never_reordered)(char32_t)) {
  if (std::ranges::all_of(text, [](char32_t c) { return c < 0x300; })) return std::u32string(text);
  const auto points = decompose(text, never_reordered);
  // A mark unknown to a library is no mark to it: nothing composes across. And utf8proc takes U+11A7, which
  // ends no Hangul syllable, for the end of one.
  const auto stands_alone = [&](char32_t c) {
    return c == 0x11A7 || (never_reordered != nullptr && never_reordered(c));
  };
  std::u32string out;
  for (auto at = points.begin(); at != points.end();) {
    const auto mark = std::find_if(at, points.end(), stands_alone);
    out += compose_decomposed({at, mark});
    if (mark != points.end()) out += *mark;
    at = mark == points.end() ? mark : mark + 1;
  }
  return out;
}

std::u32string lower(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (const char32_t c : text) append_lower(out, c);
  return out;
}

std::u32string python_lower(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == kSigma) {
      out += is_final_sigma(text, at) ? kFinalSigma : kSmallSigma;
    } else {
      append_lower(out, text[at]);
    }
  }
  return out;
}

bool is_python_space(char32_t code_point) {
  return utf8::is_space(code_point) || (code_point >= 0x1C && code_point <= 0x1F);
}

}  // namespace clip_classify::unicode
