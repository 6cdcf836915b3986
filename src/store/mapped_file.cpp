#include "store/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "clip_classify/error.h"
#include "text/utf8.h"

namespace clip_classify {

MappedFile::MappedFile(const std::string& path) {
  const auto fail = [&](const char* reason) { return usage_error(utf8::printable(path) + ": " + reason); };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    throw fail(std::strerror(errno));
  }
  struct stat status {};
  if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(file);
    throw fail("not a regular file");
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const start = size == 0 ? nullptr : ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  const int error = errno;
  ::close(file);
  if (start == MAP_FAILED) {
    throw fail(std::strerror(error));
  }
  bytes_ = {static_cast<const char*>(start), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) {
    ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
  }
}

}  // namespace clip_classify
