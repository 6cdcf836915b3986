#include "output/descriptor_sink.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "text/utf8.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBuffer = 65536;

/// The path at the end of a chain of symbolic links, which need not exist.
fs::path follow_links(fs::path path) {
  while (true) {
    std::error_code error;
    const fs::path link = fs::read_symlink(path, error);
    if (error) return path;
    path = path.parent_path() / link;
  }
}

}  // namespace

Error output_failure(const std::string& name, int error) {
  return output_error(name + ": " + std::strerror(error));
}

DescriptorSink::DescriptorSink(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)) {}

DescriptorSink::~DescriptorSink() {
  if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
}

void DescriptorSink::write(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() >= kBuffer) flush();
}

void DescriptorSink::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t size = ::write(descriptor_, rest.data(), rest.size());
    if (size >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(size));
    } else {
      recover(errno);
    }
  }
  buffer_.clear();
}

void DescriptorSink::rewrite_start(std::string_view bytes) {
  flush();
  const ssize_t size = ::pwrite(descriptor_, bytes.data(), bytes.size(), 0);
  if (size < 0) throw output_failure(name_, errno);
  if (static_cast<std::size_t>(size) != bytes.size()) throw output_failure(name_, ENOSPC);
}

void DescriptorSink::close() {
  if (::close(std::exchange(descriptor_, -1)) != 0) throw output_failure(name_, errno);
}

void DescriptorSink::recover(int error) {
  if (error == EINTR) return;
  if (error == EAGAIN) {  // somebody made the terminal or pipe that we share non-blocking
    pollfd waiting{descriptor_, POLLOUT, 0};
    ::poll(&waiting, 1, -1);
    return;
  }
  buffer_.clear();
  if (error == EPIPE) throw ClosedPipe();
  throw output_failure(name_, error);
}

OutputTarget find_target(const std::string& path) {
  if (path.empty()) throw output_error("the output file has an empty name");
  OutputTarget target{utf8::printable(path), {}, std::nullopt};
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (!exists && errno != ENOENT) throw output_failure(target.name, errno);  // also a circle of links
  target.path = follow_links(path);
  if (!exists) return target;
  if (S_ISDIR(status.st_mode)) throw output_error(target.name + ": is a folder");
  // As with the shell's `>`, a file that may not be written is not replaced either.
  if (S_ISREG(status.st_mode) && ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) {
    throw output_failure(target.name, errno);
  }
  target.existing = status;
  return target;
}

void keep_permissions(int descriptor, const OutputTarget& target) {
  if (!target.existing) return;
  // Only root can give a file away; for others the permissions are what can be kept.
  const bool kept = ::fchown(descriptor, target.existing->st_uid, target.existing->st_gid) == 0;
  const mode_t mode = target.existing->st_mode & (kept ? 07777 : 0777);
  if (::fchmod(descriptor, mode) != 0) throw output_failure(target.name, errno);
}

Error creation_failure(const OutputTarget& target, int error) {
  const fs::path folder = target.path.has_parent_path() ? target.path.parent_path() : fs::path(".");
  std::error_code ignored;
  const std::string shown = "the folder " + utf8::printable(folder.string());
  if (error == ENOENT && !fs::exists(folder, ignored)) {
    return output_error(target.name + ": " + shown + " does not exist");
  }
  return output_error(target.name + ": can't be created in " + shown + ": " + std::strerror(error));
}

}  // namespace clip_classify
