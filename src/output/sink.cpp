#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <random>
#include <utility>

#include "output/descriptor_sink.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;

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
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) throw output_failure(name(), errno);
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
  if (copy < 0) throw output_failure(name, errno);
  return std::make_unique<DescriptorSink>(copy, name);
}

std::unique_ptr<Sink> open_special(const std::string& path, const std::string& name) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) throw output_failure(name, errno);
  return std::make_unique<DescriptorSink>(descriptor, name);
}

/// A new file beside the target, and its descriptor. Created with plain open() and not mkostemp(), so that
/// the kernel applies the umask and the folder's default access list.
std::pair<int, fs::path> create_temporary(const OutputTarget& target) {
  // The name must stay under 255 bytes with what is added to it.
  const std::string stem = "." + target.path.filename().string().substr(0, 200) + ".";
  std::random_device random;
  int error = EEXIST;
  for (int attempt = 0; error == EEXIST && attempt < 100; ++attempt) {
    std::string letters;
    for (int i = 0; i < 6; ++i) letters += static_cast<char>('a' + random() % 26);
    fs::path path = target.path.parent_path() / (stem + letters + ".tmp");
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) return {descriptor, std::move(path)};
    error = errno;
  }
  throw creation_failure(target, error);
}

}  // namespace

std::unique_ptr<Sink> open_sink(const std::optional<std::string>& path) {
  if (!path) return open_descriptor(STDOUT_FILENO, "standard output");
  if (const auto descriptor = own_descriptor(*path))
    return open_descriptor(*descriptor, utf8::printable(*path));
  const auto target = find_target(*path);
  if (target.existing && !S_ISREG(target.existing->st_mode)) return open_special(*path, target.name);
  auto [descriptor, temporary] = create_temporary(target);
  auto sink = std::make_unique<FileSink>(descriptor, target.name, std::move(temporary), target.path);
  keep_permissions(descriptor, target);
  return sink;
}

}  // namespace clip_classify
