#include "text/html_unescape.h"

#include <algorithm>
#include <optional>

#include "text/html_entities.h"

namespace clip_classify {
namespace {

constexpr std::size_t kLongestName = 32;
constexpr std::size_t kLongestFtfyName = 24;

bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char32_t c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_alphanumeric(char32_t c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool ends_name(char32_t c) {
  return std::u32string_view(U"\t\n\f <&#;").find(c) != std::u32string_view::npos;
}

std::size_t run(std::u32string_view text, std::size_t start, bool (*belongs)(char32_t)) {
  std::size_t end = start;
  while (end < text.size() && belongs(text[end])) ++end;
  return end;
}

std::optional<std::u32string_view> find(std::span<const Entity> entities, std::u32string_view name) {
  std::string key;
  for (const char32_t c : name) {
    if (c > 0x7F) return std::nullopt;
    key += static_cast<char>(c);
  }
  const auto found = std::ranges::lower_bound(entities, std::string_view(key), {}, &Entity::name);
  if (found == entities.end() || found->name != key) return std::nullopt;
  return found->text;
}

std::u32string numbered(std::u32string_view digits, unsigned base) {
  char32_t number = 0;
  for (const char32_t c : digits) {
    const unsigned value = is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
    number = std::min<char32_t>(number * base + value, 0x110000);  // from there on all are the same
  }
  const auto replaced =
      std::ranges::lower_bound(kReplacedReferences, number, {}, &CharacterReference::number);
  if (replaced != std::end(kReplacedReferences) && replaced->number == number) {
    return std::u32string(replaced->text);
  }
  if ((number >= 0xD800 && number <= 0xDFFF) || number > 0x10FFFF) return U"\uFFFD";
  if (contains(kInvalidCodePoints, number)) return U"";
  return {number};
}

struct Reference {
  std::size_t size = 0;  ///< of the reference in the text, 0 when there is none
  std::u32string text;
};

/// "#123;" or "#x1F;" at the front, without the ampersand; the semicolon may be missing.
Reference numeric_reference(std::u32string_view text) {
  if (!text.starts_with(U'#')) return {};
  const bool hexadecimal = text.size() > 1 && (text[1] | 0x20) == 'x';
  const std::size_t start = hexadecimal ? 2 : 1;
  const std::size_t end = run(text, start, hexadecimal ? is_hex : is_digit);
  if (end == start) return {};
  const bool closed = end < text.size() && text[end] == ';';
  return {end + (closed ? 1 : 0), numbered(text.substr(start, end - start), hexadecimal ? 16 : 10)};
}

Reference named_reference(std::u32string_view text) {
  std::size_t end = 0;
  while (end < text.size() && end < kLongestName && !ends_name(text[end])) ++end;
  if (end == 0) return {};
  if (end < text.size() && text[end] == ';') ++end;
  if (const auto whole = find(kEntities, text.substr(0, end))) return {end, std::u32string(*whole)};
  for (std::size_t size = end - 1; size > 1; --size) {  // "&notit" is "&not" and "it"
    if (const auto part = find(kEntities, text.substr(0, size))) {
      return {end, std::u32string(*part).append(text.substr(size, end - size))};
    }
  }
  return {};
}

template <typename Read>
std::u32string replace_references(std::u32string_view text, const Read& read) {
  std::u32string out;
  out.reserve(text.size());
  while (true) {
    const auto ampersand = std::min(text.find(U'&'), text.size());
    out += text.substr(0, ampersand);
    text.remove_prefix(ampersand);
    if (text.empty()) return out;
    const Reference reference = read(text.substr(1));
    out += reference.size == 0 ? U"&" : reference.text;
    text.remove_prefix(1 + reference.size);
  }
}

Reference ftfy_reference(std::u32string_view text) {
  const std::size_t start = text.starts_with(U'#') ? 1 : 0;
  const std::size_t end = run(text, start, is_alphanumeric);
  if (end == start || end - start > kLongestFtfyName || end == text.size() || text[end] != ';') return {};
  const auto name = text.substr(0, end + 1);
  if (start == 1) {
    auto reference = numeric_reference(name);
    // Where digits are followed by something else, a semicolon is left over, and all stays as it is.
    const bool partial = reference.size < name.size() || reference.text == U";";
    return partial ? Reference{} : reference;
  }
  for (const auto entities :
       {std::span<const Entity>(kEntities), std::span<const Entity>(kCapitalEntities)}) {
    if (const auto found = find(entities, name)) return {name.size(), std::u32string(*found)};
  }
  return {};
}

}  // namespace

std::u32string html_unescape(std::u32string_view text) {
  return replace_references(text, [](std::u32string_view rest) {
    auto reference = numeric_reference(rest);
    return reference.size > 0 ? reference : named_reference(rest);
  });
}

std::u32string ftfy_unescape(std::u32string_view text) {
  return replace_references(text, ftfy_reference);
}

}  // namespace clip_classify
