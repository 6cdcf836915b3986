// A sink on a file descriptor, and the files that outputs become: for standard output and whole files
// (sink.cpp) and for files that are continued (partial_file.cpp).
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "clip_classify/error.h"
#include "clip_classify/writer.h"

namespace clip_classify {

/// "NAME: what errno says".
Error output_failure(const std::string& name, int error);

/// Writes to a descriptor, which it closes unless it is standard output's own.
class DescriptorSink : public Sink {
 public:
  DescriptorSink(int descriptor, std::string name);
  ~DescriptorSink() override;
  DescriptorSink(const DescriptorSink&) = delete;
  DescriptorSink& operator=(const DescriptorSink&) = delete;

  void write(std::string_view bytes) override;
  void flush() override;
  void commit() override { flush(); }
  void rewrite_start(std::string_view bytes) override;

 protected:
  int descriptor() const { return descriptor_; }
  const std::string& name() const { return name_; }

  /// Some file systems report a failed write only here.
  void close();

 private:
  /// Returns when it makes sense to try again.
  void recover(int error);

  int descriptor_;
  std::string name_;
  std::string buffer_;
};

/// What an output's path leads to.
struct OutputTarget {
  std::string name;                     ///< for messages
  std::filesystem::path path;           ///< at the end of a chain of symbolic links; need not exist
  std::optional<struct stat> existing;  ///< a regular file, or something special
};

/// Throws Error (output) for an empty name, a folder and a file that may not be written.
OutputTarget find_target(const std::string& path);

/// Gives a new file the owner and permissions of the one that it will replace.
void keep_permissions(int descriptor, const OutputTarget& target);

/// The error of a file that could not be made in the target's folder.
Error creation_failure(const OutputTarget& target, int error);

}  // namespace clip_classify
