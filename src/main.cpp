#include <cstdlib>

#include "cli/app.h"

int main(int argc, char** argv) {
  // libtorch's word for huge pages, which it reads when it first needs memory: a model's weights are hundreds
  // of megabytes, and 4 kB at a time takes a good part of loading them.
  setenv("THP_MEM_ALLOC_ENABLE", "1", 0);
  return clip_classify::cli::run(argc > 1 ? std::vector<std::string>(argv + 1, argv + argc)
                                          : std::vector<std::string>());
}
