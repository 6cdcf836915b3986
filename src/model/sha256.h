// The sha256 sum of a file (FIPS 180-4), by OpenSSL.
#pragma once

#include <filesystem>
#include <string>

namespace clip_classify {

/// Lower-case hex. Throws Error (model) that names the file when it can't be read.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace clip_classify
