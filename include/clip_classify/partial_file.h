// An output file that a run may leave half written and a later run completes (--resume).
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "clip_classify/input.h"
#include "clip_classify/writer.h"

namespace clip_classify {

/// Everything that has a say in what is written, by name: options, labels, the model.
using Settings = std::map<std::string, std::string>;

/// Writes to PATH.part, which stays where it is until commit() gives it its name. Beside it,
/// PATH.part.journal holds the settings and, line by line, how far the output goes after how many inputs,
/// with sums of both; so the next run with the same settings and inputs goes on behind the last of these
/// lines that holds. Only one process at a time may write a file.
class PartialFile : public Sink {
 public:
  /// Takes up what an earlier run left, or begins. Throws Error (output) for a file that can't be written, is
  /// not a regular one, is written by another process or is of other settings (which are named), and where
  /// the journal is missing.
  PartialFile(const std::string& path, const Settings& settings);
  ~PartialFile() override;

  /// Whether output of an earlier run is kept, and how many inputs it covers and how many of them failed.
  bool resumes() const;
  std::size_t inputs() const;
  std::size_t failed() const;

  /// Takes the inputs that are done already from `source`; comes before add_input(). Throws Error (usage)
  /// when they are not the same.
  void skip_inputs(InputSource& source);

  /// An input whose record has been written since the last checkpoint.
  void add_input(const std::string& path, bool failed);
  /// All that was written belongs to the inputs added so far.
  void checkpoint();

  void write(std::string_view bytes) override;
  void flush() override;
  void commit() override;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace clip_classify
