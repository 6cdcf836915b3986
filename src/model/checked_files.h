// Files of a model whose sums have been found right before, so that gigabytes are not summed at every start.
#pragma once

#include <filesystem>
#include <string>

#include "clip_classify/manifest.h"

namespace clip_classify {

/// As check_file, but a file that has not been touched since it passed is not read again: `memory` is a
/// folder that holds an empty file for each that passed, named by the sum of its path, size, times, inode and
/// expected sum. Empty: nothing is remembered. That the folder can't be written is no error.
void check_file_once(const Manifest& manifest, const std::string& name, const std::filesystem::path& memory);

}  // namespace clip_classify
