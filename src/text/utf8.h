// UTF-8: checking it, repairing it, and fitting it into a terminal's columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace clip_classify::utf8 {

/// A code point read from the front of a string.
struct CodePoint {
  char32_t value = 0;    ///< U+FFFD when the bytes are not UTF-8
  std::size_t size = 0;  ///< bytes it took; of broken bytes, as many as Python and browsers replace at once
  bool valid = false;
};

/// The first code point of `text`, which is not empty.
CodePoint decode(std::string_view text);

void append(std::string& text, char32_t code_point);

bool valid(std::string_view text);

/// Every broken sequence becomes one U+FFFD, as in Python's bytes.decode(errors="replace").
std::string replace_invalid(std::string_view text);

/// Unicode's White_Space property.
bool is_space(char32_t code_point);

/// C0, DEL and C1: nothing that a label may hold or a terminal should be sent.
bool is_control(char32_t code_point);

/// Without white space at both ends.
std::string_view trim(std::string_view text);

/// Terminal columns of valid UTF-8; an emoji built from several code points counts once.
int width(std::string_view text);

/// `text`, or as many whole characters of it as fit into `columns` (at least 1) with an ellipsis.
std::string shorten(std::string_view text, int columns);

/// For people to read: unchanged where that is harmless; with control characters or broken UTF-8 in it,
/// quoted as `ls` does, $'a\nb\377', which a shell reads back as the same bytes.
std::string printable(std::string_view text);

/// For error messages: in quotes, printable and short.
std::string quoted(std::string_view text);

}  // namespace clip_classify::utf8
