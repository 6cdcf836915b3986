// A file's bytes, mapped into memory.
#pragma once

#include <string>
#include <string_view>

namespace clip_classify {

class MappedFile {
 public:
  /// Throws Error (usage): missing, unreadable, no regular file.
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::string_view bytes() const { return bytes_; }

 private:
  std::string_view bytes_;
};

}  // namespace clip_classify
