// File descriptors that close themselves, and reads that another thread can end.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>

#include "clip_classify/error.h"

namespace clip_classify {

/// Owns a file descriptor, or none (-1).
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  int number() const { return number_; }

 private:
  int number_;
};

/// Ends waits for input. raise() is safe from any thread and from a signal handler.
class StopSignal {
 public:
  StopSignal();
  void raise() noexcept;
  bool raised() const { return raised_; }

  /// Waits until `descriptor` can be read (or is at its end); false when the signal was raised first.
  bool wait_readable(int descriptor) const;

 private:
  std::atomic<bool> raised_ = false;
  Descriptor event_;
};

/// read(2), again when a signal interrupts it. Returns -1 with errno set on failure.
std::ptrdiff_t read_some(int descriptor, void* buffer, std::size_t size);

/// Standard input for "-", else the file, which `file` then owns. Returns -1 with errno set on failure.
int open_source(const std::string& path, Descriptor& file);

/// Adds up to `most` bytes to the end of `buffer`. Returns as read_some does, errno included.
std::ptrdiff_t append_some(int descriptor, std::string& buffer, std::size_t most);

/// "no such file", "permission denied": errno's meaning as a reason to print.
std::string reason_for(int error_number);

/// The input error for a path that could not be opened or read, from errno.
Error unreadable_error(int error_number);

}  // namespace clip_classify
