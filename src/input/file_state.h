// What tells that a file's content may have changed, without reading it.
#pragma once

#include <string>

namespace clip_classify {

/// Size, times of change and inode of a regular file that has been left alone for a while; empty for others.
/// A file changed a moment ago could change again without its times showing it, as in git's index ("racy
/// git").
std::string settled_state(const std::string& path);

}  // namespace clip_classify
