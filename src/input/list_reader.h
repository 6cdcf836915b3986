// The entries of a list of paths, as they arrive.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "input/descriptor.h"

namespace clip_classify {

class ListReader {
 public:
  /// `name` is a file or "-". Throws Error (usage) when it can't be opened.
  ListReader(const std::string& name, bool nul_separated, std::shared_ptr<const StopSignal> stop);

  /// The next entry that is not blank, its terminator and a foreign line ending dropped; nothing at the end
  /// or when stopped. Throws Error (input) when the list can't be read further, or when an entry is longer
  /// than any path; that entry is then skipped.
  std::optional<std::string> next();

  /// Whether the list is a regular file, which can be read again.
  bool is_regular() const { return regular_; }

 private:
  /// Up to the next terminator, or what is left; nothing at the end.
  std::optional<std::string> next_raw();
  bool fill();
  std::string without_foreign_marks(std::string entry);

  std::shared_ptr<const StopSignal> stop_;
  Descriptor file_;
  int source_ = -1;
  char terminator_ = '\n';
  bool regular_ = false;
  bool first_ = true;
  bool ended_ = false;
  std::string buffer_;
  std::size_t position_ = 0;
};

}  // namespace clip_classify
