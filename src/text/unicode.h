// Case and normal forms of text as code points, by utf8proc where its answer is Python's or Rust's.
#pragma once

#include <string>
#include <string_view>

namespace clip_classify::unicode {

/// `text` is valid UTF-8.
std::u32string code_points(std::string_view text);
std::string utf8(std::u32string_view text);

/// Canonical decomposition (NFD), in linear time for runs of marks of any length. `never_reordered` names
/// marks that stay where they are, for a library whose tables are older than utf8proc's.
std::u32string decompose(std::u32string_view text, bool (*never_reordered)(char32_t) = nullptr);

/// Canonical composition (NFC).
std::u32string compose(std::u32string_view text, bool (*never_reordered)(char32_t) = nullptr);

/// Character by character, as Rust does it.
std::u32string lower(std::u32string_view text);

/// Python's str.lower, which also knows the final sigma.
std::u32string python_lower(std::u32string_view text);

/// What Python's str.split and str.strip take for white space.
bool is_python_space(char32_t code_point);

}  // namespace clip_classify::unicode
