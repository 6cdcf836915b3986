// From arguments to an exit code: finds the command, runs it, and says what went wrong.
#pragma once

#include <string>
#include <vector>

namespace clip_classify::cli {

/// Exit codes, part of the command line's contract.
enum ExitCode { kDone = 0, kSomeInputsFailed = 1, kNothingReliable = 2 };

/// `arguments` without the program's name.
int run(const std::vector<std::string>& arguments);

}  // namespace clip_classify::cli
