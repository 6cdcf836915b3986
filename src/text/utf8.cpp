#include "text/utf8.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace clip_classify::utf8 {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr std::string_view kReplacementBytes = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

/// What may follow a lead byte: how many bytes, and the narrower range of the first of them (Unicode 15,
/// table 3-7). `more` is 0 for a byte that starts nothing.
struct Lead {
  int more = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

Lead lead_of(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {.more = 1};
  if (byte == 0xE0) return {.more = 2, .low = 0xA0};
  if (byte == 0xED) return {.more = 2, .high = 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {.more = 2};
  if (byte == 0xF0) return {.more = 3, .low = 0x90};
  if (byte == 0xF4) return {.more = 3, .high = 0x8F};
  if (byte >= 0xF1 && byte <= 0xF3) return {.more = 3};
  return {};
}

/// The end of the grapheme cluster that starts at `start`, and its width.
struct Cluster {
  std::size_t end = 0;
  int width = 0;
};

Cluster cluster_at(std::string_view text, std::size_t start) {
  CodePoint point = decode(text.substr(start));
  Cluster cluster{start + point.size, utf8proc_charwidth(static_cast<std::int32_t>(point.value))};
  utf8proc_int32_t state = 0;
  while (cluster.end < text.size()) {
    const CodePoint next = decode(text.substr(cluster.end));
    const auto before = static_cast<std::int32_t>(point.value);
    const auto after = static_cast<std::int32_t>(next.value);
    if (utf8proc_grapheme_break_stateful(before, after, &state)) break;
    cluster.width += utf8proc_charwidth(after);
    cluster.end += next.size;
    point = next;
  }
  // A family or a flag is several wide code points drawn as one.
  cluster.width = std::min(cluster.width, 2);
  return cluster;
}

void append_escaped(std::string& out, unsigned char byte) {
  switch (byte) {
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      break;
  }
  out += '\\';
  for (const int shift : {6, 3, 0}) out += static_cast<char>('0' + ((byte >> shift) & 7));
}

}  // namespace

CodePoint decode(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first, 1, true};
  Lead lead = lead_of(first);
  if (lead.more == 0) return {kReplacement, 1, false};
  char32_t value = first & (0x3Fu >> lead.more);
  const auto size = static_cast<std::size_t>(lead.more) + 1;
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
    if (byte < lead.low || byte > lead.high) return {kReplacement, i, false};
    value = (value << 6) | (byte & 0x3Fu);
    lead.low = 0x80;
    lead.high = 0xBF;
  }
  return {value, size, true};
}

void append(std::string& text, char32_t code_point) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto size = utf8proc_encode_char(static_cast<std::int32_t>(code_point), bytes.data());
  text.append(bytes.begin(), bytes.begin() + size);
}

bool valid(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = decode(text);
    if (!point.valid) return false;
    text.remove_prefix(point.size);
  }
  return true;
}

std::string replace_invalid(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = decode(text);
    out += point.valid ? text.substr(0, point.size) : kReplacementBytes;
    text.remove_prefix(point.size);
  }
  return out;
}

bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

std::string_view trim(std::string_view text) {
  std::size_t start = text.size();
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode(text.substr(at));
    if (!is_space(point.value)) {
      start = std::min(start, at);
      end = at + point.size;
    }
    at += point.size;
  }
  return start < end ? text.substr(start, end - start) : std::string_view();
}

int width(std::string_view text) {
  int columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Cluster cluster = cluster_at(text, at);
    columns += cluster.width;
    at = cluster.end;
  }
  return columns;
}

std::string shorten(std::string_view text, int columns) {
  int used = 0;
  std::size_t fits = 0;  // bytes that leave a column for the ellipsis
  // Any number of combining marks takes no column; a terminal should not get a megabyte of them.
  const std::size_t most_bytes = 32 * static_cast<std::size_t>(columns);
  for (std::size_t at = 0; at < text.size();) {
    const Cluster cluster = cluster_at(text, at);
    used += cluster.width;
    if (used > columns || cluster.end > most_bytes)
      return std::string(text.substr(0, fits)).append(kEllipsis);
    at = cluster.end;
    if (used < columns) fits = at;
  }
  return std::string(text);
}

std::string printable(std::string_view text) {
  bool harmless = true;
  std::string escaped = "$'";
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode(text.substr(at));
    const std::string_view bytes = text.substr(at, point.size);
    if (!point.valid || is_control(point.value)) {
      harmless = false;
      for (const char byte : bytes) append_escaped(escaped, static_cast<unsigned char>(byte));
    } else {
      if (point.value == '\'' || point.value == '\\') escaped += '\\';
      escaped += bytes;
    }
    at += point.size;
  }
  return harmless ? std::string(text) : escaped + "'";
}

std::string quoted(std::string_view text) {
  const std::string shown = shorten(printable(text), 60);
  return shown.starts_with("$'") ? shown : "'" + shown + "'";
}

}  // namespace clip_classify::utf8
