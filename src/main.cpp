#include "cli/app.h"

int main(int argc, char** argv) {
  return clip_classify::cli::run(argc > 1 ? std::vector<std::string>(argv + 1, argv + argc)
                                          : std::vector<std::string>());
}
