#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <utility>

#include "clip_classify/error.h"
#include "clip_classify/writer.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBuffer = 65536;

Error failure(const std::string& name, int error) {
  return output_error(name + ": " + std::strerror(error));
}

/// Writes to a descriptor, which it closes unless it is standard output's own.
class DescriptorSink : public Sink {
 public:
  DescriptorSink(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  ~DescriptorSink() override {
    if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
  }
  DescriptorSink(const DescriptorSink&) = delete;
  DescriptorSink& operator=(const DescriptorSink&) = delete;

  void write(std::string_view bytes) override {
    buffer_ += bytes;
    if (buffer_.size() >= kBuffer) flush();
  }

  void flush() override {
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

  void commit() override { flush(); }

 protected:
  const std::string& name() const { return name_; }

  /// Some file systems report a failed write only here.
  void close() {
    if (::close(std::exchange(descriptor_, -1)) != 0) throw failure(name_, errno);
  }

 private:
  /// Returns when it makes sense to try again.
  void recover(int error) {
    if (error == EINTR) return;
    if (error == EAGAIN) {  // somebody made the terminal or pipe that we share non-blocking
      pollfd waiting{descriptor_, POLLOUT, 0};
      ::poll(&waiting, 1, -1);
      return;
    }
    buffer_.clear();
    if (error == EPIPE) throw ClosedPipe();
    throw failure(name_, error);
  }

  int descriptor_;
  std::string name_;
  std::string buffer_;
};

/// A hidden file beside the target until commit() gives it the target's name.
class FileSink : public DescriptorSink {
 public:
  FileSink(int descriptor, std::string name, fs::path temporary, fs::path target)
      : DescriptorSink(descriptor, std::move(name)),
        temporary_(std::move(temporary)),
        target_(std::move(target)) {}

  ~FileSink() override {
    if (!committed_) ::unlink(temporary_.c_str());
  }

  void commit() override {
    flush();
    close();
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) throw failure(name(), errno);
    committed_ = true;
  }

 private:
  fs::path temporary_;
  fs::path target_;
  bool committed_ = false;
};

/// The descriptor of ours that /dev/stdout and the like stand for. Opening such a path would start at the
/// beginning of a file that the shell redirected to, and fails for a socket.
std::optional<int> own_descriptor(const std::string& path) {
  if (path == "-" || path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    int number = 0;
    const auto [end, error] = std::from_chars(path.data() + folder.size(), path.data() + path.size(), number);
    if (error == std::errc() && end == path.data() + path.size()) return number;
  }
  return std::nullopt;
}

std::unique_ptr<Sink> open_descriptor(int descriptor, const std::string& name) {
  if (::fcntl(descriptor, F_GETFD) < 0) throw output_error(name + ": is closed");
  if (descriptor <= STDERR_FILENO) return std::make_unique<DescriptorSink>(descriptor, name);
  const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (copy < 0) throw failure(name, errno);
  return std::make_unique<DescriptorSink>(copy, name);
}

std::unique_ptr<Sink> open_special(const std::string& path, const std::string& name) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) throw failure(name, errno);
  return std::make_unique<DescriptorSink>(descriptor, name);
}

/// The path at the end of a chain of symbolic links, which need not exist.
fs::path follow_links(fs::path path) {
  while (true) {
    std::error_code error;
    const fs::path link = fs::read_symlink(path, error);
    if (error) return path;
    path = path.parent_path() / link;
  }
}

/// A new file beside `target`, and its descriptor. Created with plain open() and not mkostemp(), so that the
/// kernel applies the umask and the folder's default access list.
std::pair<int, fs::path> create_temporary(const fs::path& target, const std::string& name) {
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  // The name must stay under 255 bytes with what is added to it.
  const std::string stem = "." + target.filename().string().substr(0, 200) + ".";
  std::random_device random;
  int error = EEXIST;
  for (int attempt = 0; error == EEXIST && attempt < 100; ++attempt) {
    std::string letters;
    for (int i = 0; i < 6; ++i) letters += static_cast<char>('a' + random() % 26);
    fs::path path = folder / (stem + letters + ".tmp");
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) return {descriptor, std::move(path)};
    error = errno;
  }
  std::error_code ignored;
  const std::string shown = "the folder " + utf8::printable(folder.string());
  if (error == ENOENT && !fs::exists(folder, ignored)) {
    throw output_error(name + ": " + shown + " does not exist");
  }
  throw output_error(name + ": can't be created in " + shown + ": " + std::strerror(error));
}

}  // namespace

std::unique_ptr<Sink> open_sink(const std::optional<std::string>& path) {
  if (!path) return open_descriptor(STDOUT_FILENO, "standard output");
  const std::string name = utf8::printable(*path);
  if (path->empty()) throw output_error("the output file has an empty name");
  if (const auto descriptor = own_descriptor(*path)) return open_descriptor(*descriptor, name);

  struct stat existing {};
  const bool exists = ::stat(path->c_str(), &existing) == 0;
  if (!exists && errno != ENOENT) throw failure(name, errno);  // also a circle of links
  if (exists && S_ISDIR(existing.st_mode)) throw output_error(name + ": is a folder");
  if (exists && !S_ISREG(existing.st_mode)) return open_special(*path, name);
  // As with the shell's `>`, a file that may not be written is not replaced either.
  if (exists && ::faccessat(AT_FDCWD, path->c_str(), W_OK, AT_EACCESS) != 0) throw failure(name, errno);

  const fs::path target = follow_links(*path);
  auto [descriptor, temporary] = create_temporary(target, name);
  auto sink = std::make_unique<FileSink>(descriptor, name, std::move(temporary), target);
  if (exists) {
    // Only root can give a file away; for others the permissions are what can be kept.
    const bool kept = ::fchown(descriptor, existing.st_uid, existing.st_gid) == 0;
    const mode_t mode = existing.st_mode & (kept ? 07777 : 0777);
    if (::fchmod(descriptor, mode) != 0) throw failure(name, errno);
  }
  return sink;
}

}  // namespace clip_classify
