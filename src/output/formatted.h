// Numbers in texts for people, spelled as printf spells them.
#pragma once

#include <cstdio>
#include <string>

namespace clip_classify {

template <typename... Values>
std::string formatted(const char* format, Values... values) {
  const int size = std::snprintf(nullptr, 0, format, values...);
  std::string text(static_cast<std::size_t>(size), '\0');
  std::snprintf(text.data(), text.size() + 1, format, values...);
  return text;
}

}  // namespace clip_classify
