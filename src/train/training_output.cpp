#include "train/training_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "output/descriptor_sink.h"
#include "text/utf8.h"

namespace clip_classify {

namespace fs = std::filesystem;

fs::path checkpoint_of(const fs::path& output) {
  auto file = output;
  file += ".checkpoint";
  return file;
}

void check_training_output(const ContrastiveOptions& options) {
  const auto shown = utf8::printable(options.output.string());
  const auto checkpoint = checkpoint_of(options.output);
  std::error_code failed;
  if (fs::exists(fs::symlink_status(options.output, failed))) {
    throw output_error(shown + ": is there already; choose another folder, or remove it");
  }
  if (!options.resume && fs::exists(checkpoint, failed)) {
    throw usage_error(utf8::printable(checkpoint.string()) +
                      ": an earlier run was not finished; --resume goes on from it, or remove it");
  }
  const auto parent = options.output.parent_path();
  if (!parent.empty()) {
    fs::create_directories(parent, failed);
  }
  auto probe = checkpoint;
  probe += ".tmp";
  const int descriptor = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    throw output_failure(shown, errno);
  }
  ::close(descriptor);
  ::unlink(probe.c_str());
}

}  // namespace clip_classify
