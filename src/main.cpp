#include <cstdlib>

#include "cli/app.h"
#include "clip_classify/model.h"

int main(int argc, char** argv) {
  clip_classify::keep_freed_memory();
  const int code = clip_classify::cli::run(argc > 1 ? std::vector<std::string>(argv + 1, argv + argc)
                                                    : std::vector<std::string>());
  std::_Exit(code);  // all is written; the static destructors of libtorch would take 60 ms
}
