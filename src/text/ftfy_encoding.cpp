#include "text/ftfy_encoding.h"

#include <algorithm>
#include <optional>
#include <span>

#include "text/ftfy_tables.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using ftfy_tables::Codec;
using ftfy_tables::kAlteredUtf8;
using ftfy_tables::kBadness;
using ftfy_tables::kBeginning;
using ftfy_tables::kCodecs;
using ftfy_tables::kEnd;
using ftfy_tables::kLossyUtf8;
using ftfy_tables::kRanges;
using ftfy_tables::kSets;
using ftfy_tables::kStrictContinuation;
using ftfy_tables::kUtf8Sequences;
using ftfy_tables::Sequence;

constexpr std::size_t kWindows1252 = 1;  // of kCodecs

bool in_set(std::int16_t set, char32_t c) {
  const auto& [start, count] = kSets[static_cast<std::size_t>(set)];
  return contains(
      std::span(kRanges).subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(count)), c);
}

/// How many characters at `at` match the sequence; none when it does not.
template <typename Text>
std::size_t match(const Sequence& sequence, const Text& text, std::size_t at) {
  std::size_t size = 0;
  for (const auto set : sequence) {
    if (set == kEnd) return size;
    if (set == kBeginning) {
      if (at != 0) return 0;
      continue;
    }
    if (at + size >= text.size()) return 0;
    if (!in_set(set, static_cast<std::make_unsigned_t<typename Text::value_type>>(text[at + size]))) return 0;
    ++size;
  }
  return size;
}

template <typename Text>
std::size_t match_any(std::span<const Sequence> sequences, const Text& text, std::size_t at) {
  for (const auto& sequence : sequences) {
    if (const auto size = match(sequence, text, at); size > 0) return size;
  }
  return 0;
}

bool is_ascii(std::u32string_view text) {
  return std::ranges::all_of(text, [](char32_t c) { return c < 0x80; });
}

/// Whether some of the text is unlikely enough to be mojibake (ftfy.badness.is_bad).
bool is_bad(std::u32string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    // Every sequence holds a character beyond ASCII among its first three.
    const auto near = text.substr(at, 3);
    if (!is_ascii(near) && match_any(kBadness, text, at) > 0) return true;
  }
  return false;
}

/// The bytes the text was decoded from, if it may have been decoded from this encoding.
std::optional<std::string> encoded(std::u32string_view text, const Codec& codec) {
  std::string bytes;
  bytes.reserve(text.size());
  for (const char32_t c : text) {
    if (c == codec.substitute) {
      bytes += '\x1A';
    } else if (c < 0x80 && c != 0x1A) {
      bytes += static_cast<char>(c);
    } else {
      const auto found = std::ranges::find(codec.high, c);
      if (found == codec.high.end()) return std::nullopt;
      bytes += static_cast<char>(0x80 + (found - codec.high.begin()));
    }
  }
  return bytes;
}

/// Where a byte A0 became a space inside of what would be UTF-8, it is put back.
std::string restore_byte_a0(std::string bytes) {
  constexpr std::string_view kAGrave = "\xC3 ";
  constexpr std::string_view kNoWord[] = {" ", "quele", "quela", "quilo", "s "};
  std::string spaced;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto rest = std::string_view(bytes).substr(at);
    const bool word = rest.starts_with(kAGrave) && std::ranges::none_of(kNoWord, [&](std::string_view next) {
                        return rest.substr(kAGrave.size()).starts_with(next);
                      });
    if (word) {
      spaced += "\xC3\xA0 ";
      ++at;
    } else {
      spaced += bytes[at];
    }
  }
  for (std::size_t at = 0; at < spaced.size();) {
    const auto size = match_any(kAlteredUtf8, spaced, at);
    std::replace(spaced.begin() + static_cast<std::ptrdiff_t>(at),
                 spaced.begin() + static_cast<std::ptrdiff_t>(at + size), ' ', '\xA0');
    at += std::max<std::size_t>(size, 1);
  }
  return spaced;
}

bool is_altered(const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (match_any(kAlteredUtf8, bytes, at) > 0) return true;
  }
  return false;
}

/// UTF-8 sequences that lost a byte become U+FFFD.
std::string replace_lossy(const std::string& bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto size = match_any(kLossyUtf8, bytes, at);
    if (size > 0) {
      out += "\uFFFD";
      at += size;
    } else {
      out += bytes[at++];
    }
  }
  return out;
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<std::uint8_t>(bytes[at]) : 0;
}

bool in_range(std::uint8_t byte, int first, int last) {
  return byte >= first && byte <= last;
}

/// A character outside the BMP as two surrogates of three bytes each (CESU-8).
bool is_cesu8(std::string_view bytes) {
  return byte_at(bytes, 0) == 0xED && in_range(byte_at(bytes, 1), 0xA0, 0xAF) &&
         in_range(byte_at(bytes, 2), 0x80, 0xBF) && byte_at(bytes, 3) == 0xED &&
         in_range(byte_at(bytes, 4), 0xB0, 0xBF) && in_range(byte_at(bytes, 5), 0x80, 0xBF);
}

/// UTF-8, with CESU-8 and Java's zero (C0 80); nothing when it is neither.
std::optional<std::u32string> decoded_utf8(std::string_view bytes) {
  std::u32string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    if (is_cesu8(bytes)) {
      text += static_cast<char32_t>(0x10000 + ((byte_at(bytes, 1) & 0x0F) << 16) +
                                    ((byte_at(bytes, 2) & 0x3F) << 10) + ((byte_at(bytes, 4) & 0x0F) << 6) +
                                    (byte_at(bytes, 5) & 0x3F));
      bytes.remove_prefix(6);
    } else if (bytes.starts_with("\xC0\x80") ||
               bytes == "\xC0\n") {  // ftfy's pattern takes the last line end, too
      text += U'\0';
      bytes.remove_prefix(2);
    } else {
      const auto point = utf8::decode(bytes);
      if (!point.valid) return std::nullopt;
      text += point.value;
      bytes.remove_prefix(point.size);
    }
  }
  return text;
}

/// Runs that look like UTF-8 in another encoding, each fixed by itself.
std::u32string decode_inconsistent_utf8(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    if (at == 0 || !in_set(kStrictContinuation, text[at - 1])) {
      while (const auto more = match_any(kUtf8Sequences, text, at + size)) size += more;
    }
    if (size == 0) {
      out += text[at++];
      continue;
    }
    const auto part = text.substr(at, size);
    // Shorter than the text, so that it ends.
    out += size < text.size() && is_bad(part) ? fix_encoding(part) : std::u32string(part);
    at += size;
  }
  return out;
}

/// Latin-1 that was meant as Windows-1252; nothing where that leaves bytes undefined.
std::optional<std::u32string> as_windows_1252(std::u32string_view text) {
  std::u32string out;
  for (const char32_t c : text) {
    if (c < 0x80) {
      out += c;
      continue;
    }
    const char32_t meant = kCodecs[kWindows1252].high[c - 0x80];
    if (meant == c && c < 0xA0) return std::nullopt;  // the sloppy codec's own
    out += meant;
  }
  return out;
}

/// One step of ftfy's _fix_encoding_one_step_and_explain.
std::u32string fix_once(std::u32string_view text) {
  if (is_ascii(text) || !is_bad(text)) return std::u32string(text);
  bool may_be_latin1 = false;
  for (const auto& codec : kCodecs) {
    auto bytes = encoded(text, codec);
    if (!bytes) continue;
    may_be_latin1 = may_be_latin1 || &codec == &kCodecs[0];
    if (!codec.macroman && is_altered(*bytes)) bytes = restore_byte_a0(std::move(*bytes));
    if (codec.sloppy) bytes = replace_lossy(*bytes);
    if (auto fixed = decoded_utf8(*bytes)) return *std::move(fixed);
  }
  if (auto fixed = decode_inconsistent_utf8(text); fixed != text) return fixed;
  if (may_be_latin1) {
    if (auto fixed = as_windows_1252(text); fixed && *fixed != text) return *std::move(fixed);
  }
  return fix_c1_controls(text);
}

}  // namespace

std::u32string fix_c1_controls(std::u32string_view text) {
  std::u32string out(text);
  for (auto& c : out) {
    if (c >= 0x80 && c < 0xA0) c = kCodecs[kWindows1252].high[c - 0x80];
  }
  return out;
}

std::u32string fix_encoding(std::u32string_view text) {
  std::u32string current(text);
  while (true) {
    auto next = fix_once(current);
    if (next == current) return next;
    current = std::move(next);
  }
}

}  // namespace clip_classify
