// Base64 (RFC 4648), for paths that are not UTF-8.
#pragma once

#include <optional>
#include <string>

namespace clip_classify {

std::string to_base64(const std::string& bytes);

/// Nothing for what is not base64.
std::optional<std::string> from_base64(const std::string& text);

}  // namespace clip_classify
