// Files that people write for us (labels, templates), and how errors speak of what is in them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace clip_classify {

/// A whole file: UTF-8, without byte order mark. `option` is the one that named it, for messages.
class TextFile {
 public:
  /// Throws Error (usage): missing, unreadable, not UTF-8 (naming the line).
  TextFile(std::string_view option, const std::string& path);

  std::string_view content() const { return content_; }

  /// The path as messages show it.
  const std::string& name() const { return name_; }

  /// Calls `use` with every line that is not blank, trimmed, and with "FILE:LINE".
  void for_each_line(const std::function<void(std::string_view, const std::string&)>& use) const;

 private:
  std::string name_;
  std::string content_;
};

/// Throws Error (usage) that begins with `where` unless `text` is UTF-8 without control characters.
void check_text(std::string_view text, const std::string& where);

/// The same, trimmed, and an error where nothing is left.
std::string trimmed_text(std::string_view text, const std::string& where);

}  // namespace clip_classify
