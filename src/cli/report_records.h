// The records of an earlier run of classify, read back from JSON lines.
#pragma once

#include <fstream>
#include <optional>
#include <string>

#include "clip_classify/record.h"

namespace clip_classify::cli {

class RunRecords {
 public:
  /// Throws Error (usage): a missing or unreadable file.
  explicit RunRecords(const std::string& path);

  /// Nothing at the end. Throws Error (usage) that names the line: what is no JSON (a line cut short, say) or
  /// no record of classify, and, at the end, a file without records.
  std::optional<Record> next();

  /// Whether all scores so far may be probabilities: within 0..1, and not the similarities.
  bool percent() const { return within_ && (differ_ || empty_); }

 private:
  void note_scores(const Record& record);

  std::string name_;
  std::ifstream file_;
  std::size_t line_ = 0;
  std::size_t records_ = 0;
  bool within_ = true;
  bool differ_ = false;
  bool empty_ = true;
};

}  // namespace clip_classify::cli
