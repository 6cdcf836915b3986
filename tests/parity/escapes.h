// How texts come to the tools here: ended by NUL, with `\N` for a NUL inside and `\\` for a backslash.
#pragma once

#include <string>

inline std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\';
    out += !escape ? text[i] : text[++i] == 'N' ? '\0' : '\\';
  }
  return out;
}
