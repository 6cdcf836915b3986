// Numbers out of untrusted bytes: every read is checked against the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace clip_classify {

using Bytes = std::span<const std::byte>;

enum class Endian { little, big };

/// The part of `bytes` from `offset`, at most `size` long; empty when the offset is past the end.
inline Bytes slice(Bytes bytes, std::uint64_t offset, std::uint64_t size = UINT64_MAX) {
  if (offset >= bytes.size()) {
    return {};
  }
  const std::uint64_t left = bytes.size() - offset;
  return bytes.subspan(offset, size < left ? size : left);
}

/// The unsigned number of `size` bytes at `offset`, or nothing when it is not all there.
inline std::optional<std::uint64_t> read_number(Bytes bytes, std::uint64_t offset, int size, Endian endian) {
  const Bytes digits = slice(bytes, offset, static_cast<std::uint64_t>(size));
  if (digits.size() < static_cast<std::size_t>(size)) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  for (std::size_t index = 0; index < digits.size(); ++index) {
    const std::size_t place = endian == Endian::big ? index : digits.size() - 1 - index;
    number = number << 8 | std::to_integer<std::uint64_t>(digits[place]);
  }
  return number;
}

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline bool has_at(Bytes bytes, std::uint64_t offset, std::string_view text) {
  return as_text(slice(bytes, offset, text.size())) == text;
}

}  // namespace clip_classify
