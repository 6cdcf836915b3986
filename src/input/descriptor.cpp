#include "input/descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace clip_classify {

Descriptor::~Descriptor() {
  if (number_ >= 0) {
    close(number_);
  }
}

StopSignal::StopSignal() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_.number() < 0) {
    throw std::system_error(errno, std::generic_category(), "eventfd");
  }
}

void StopSignal::raise() noexcept {
  const int saved_errno = errno;
  raised_ = true;
  const std::uint64_t one = 1;
  // The event stays readable for ever: nobody reads it, so every waiter wakes up.
  [[maybe_unused]] const auto written = write(event_.number(), &one, sizeof one);
  errno = saved_errno;
}

bool StopSignal::wait_readable(int descriptor) const {
  std::array<pollfd, 2> waits = {pollfd{event_.number(), POLLIN, 0}, pollfd{descriptor, POLLIN, 0}};
  while (!raised_) {
    if (poll(waits.data(), waits.size(), -1) > 0 && waits[0].revents == 0) {
      return true;
    }
  }
  return false;
}

std::ptrdiff_t read_some(int descriptor, void* buffer, std::size_t size) {
  while (true) {
    const ssize_t got = read(descriptor, buffer, size);
    if (got < 0 && errno == EAGAIN) {
      pollfd wait = {descriptor, POLLIN, 0};
      poll(&wait, 1, -1);
    } else if (got >= 0 || errno != EINTR) {
      return got;
    }
  }
}

int open_source(const std::string& path, Descriptor& file) {
  if (path == "-") {
    return STDIN_FILENO;
  }
  file = Descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return file.number();
}

std::ptrdiff_t append_some(int descriptor, std::string& buffer, std::size_t most) {
  const std::size_t filled = buffer.size();
  buffer.resize(filled + most);
  const auto got = read_some(descriptor, buffer.data() + filled, most);
  const int error_number = errno;
  buffer.resize(filled + static_cast<std::size_t>(std::max<std::ptrdiff_t>(got, 0)));
  errno = error_number;
  return got;
}

std::string reason_for(int error_number) {
  if (error_number == ENOENT || error_number == ENOTDIR) {
    return "no such file";
  }
  if (error_number == EISDIR) {
    return "is a folder";
  }
  std::string reason = std::generic_category().message(error_number);
  reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
  return reason;
}

Error unreadable_error(int error_number) {
  const bool missing = error_number == ENOENT || error_number == ENOTDIR;
  return input_error(missing ? "missing" : "unreadable", reason_for(error_number));
}

}  // namespace clip_classify
