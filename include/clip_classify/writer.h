// Records to text, JSON, JSON lines, CSV or TSV, on standard output or into a file.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "clip_classify/record.h"

namespace clip_classify {

/// Where a writer's bytes go. Throws Error (output) when they can't be written (a full disk, say), and
/// ClosedPipe when the reader of standard output has gone.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(std::string_view bytes) = 0;
  /// Makes what was written so far visible to a reader.
  virtual void flush() = 0;
  /// Replaces the first bytes of a file that has at least as many. Throws Error (output) for what is not a
  /// file.
  virtual void rewrite_start(std::string_view bytes);
  /// All is written: a file gets its name now. A sink destroyed without it leaves no file behind.
  virtual void commit() = 0;
};

/// The reader of standard output has closed it: nothing is wrong, and there is nothing left to do.
class ClosedPipe : public std::exception {};

/// Standard output (no path, or "-"), or a temporary file beside `path` that is renamed to it by commit(). An
/// existing file keeps its permissions, a symbolic link its place; a path that is not a regular file
/// (/dev/null, a FIFO, /dev/stdout) is written directly. Throws Error (output) at once when the file can't be
/// created. ClosedPipe needs SIGPIPE to be ignored, which is up to the program.
std::unique_ptr<Sink> open_sink(const std::optional<std::string>& path);

enum class Format { text, json, jsonl, csv, tsv };

struct WriterOptions {
  Format format = Format::text;
  bool color = false;   ///< text: ANSI colours
  bool percent = true;  ///< text: scores are probabilities, shown as a percentage with a bar
  bool single = false;  ///< text: exactly one image was asked for
  int columns = 100;    ///< text: of the terminal, where there is one
  bool header = true;   ///< csv, tsv: a first line names the columns
  RecordShape shape = {};
  /// text: what stands before a record's ranking, whole lines. Where the shape has no ranking it is all there
  /// is, without the path above it.
  std::function<std::string(const Record&)> lines = {};
};

/// One output format. A new format is one class. Names, labels and messages that are not UTF-8 are repaired
/// with U+FFFD, but for csv and tsv, which pass bytes on as they are. Throws Error (model) for a score that
/// is not a number.
class Writer {
 public:
  virtual ~Writer() = default;
  virtual void begin() = 0;
  virtual void add(const Record& record) = 0;
  /// Completes the output; also called after an interruption, so that what was written stays valid.
  virtual void end() = 0;
};

/// `sink` must outlive the writer. When a reader is to see what was added, flush it.
std::unique_ptr<Writer> make_writer(const WriterOptions& options, Sink& sink);

}  // namespace clip_classify
