// Whole files and standard input into memory.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "input/descriptor.h"

namespace clip_classify {

/// read_bytes whose waits for standard input end when `stop` is raised.
std::vector<std::byte> read_bytes(const std::string& path, std::size_t max_bytes, const StopSignal& stop);

}  // namespace clip_classify
