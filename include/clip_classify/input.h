// The images a run is asked for: files, folders, lists and standard input, one at a time and in order.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "clip_classify/error.h"

namespace clip_classify {

/// One image to read. `path` holds the bytes of the path as given (not necessarily UTF-8), or "-".
struct Input {
  std::string path;
  /// Set when the input can't be read at all: kind `input`, codes "missing", "unreadable", "no_images".
  std::optional<Error> error;
  bool is_neighbour = false;  ///< of another shard, and only here to fill up a batch: see Shard
};

/// One of `count` parts of the inputs, counted from 1: blocks in order, whose sizes differ by one at most.
struct Shard {
  std::size_t index = 1;
  std::size_t count = 1;
  /// Which images an encoder sees together shows in the last digits of what it says of them. So that a
  /// shard's results are those of the whole run, the batches of this size that a shard begins and ends in
  /// come whole: the inputs of its neighbours in them are marked.
  std::size_t batch = 1;
};

/// Where inputs come from. First the arguments, then the list, each in the order given.
struct InputOptions {
  /// Files, whatever their extension; folders (walked recursively, each folder's entries sorted by byte, only
  /// image files by extension, hidden entries skipped, links to folders not followed); or "-" (one image on
  /// standard input).
  std::vector<std::string> paths;
  /// A file that lists more paths, one a line, or "-" for standard input. Entries may be folders too; blank
  /// ones are skipped. An entry "-" is a file of that name and comes out as "./-". A line's '\r' (lists made
  /// on Windows) and the first line's byte order mark are dropped unless a file has exactly that name.
  std::optional<std::string> files_from;
  /// The list's entries end with NUL in place of a line break, and every other byte belongs to the path.
  bool nul_separated = false;
  /// Each of `paths` is one image file: a folder is an error in its place, and "-" is a file of that name,
  /// which comes out as "./-".
  bool only_files = false;
  /// Only this part is given. All inputs are counted first, by a walk of their own; a list on standard input
  /// or in a pipe is held in memory for it.
  Shard shard = {};
};

/// The largest file that is read unless a caller says otherwise.
inline constexpr std::size_t kDefaultMaxBytes = std::size_t{1} << 30;

/// Pulls inputs lazily, so that neither a long list nor a deep folder is held in memory; a list on standard
/// input is read a line at a time, as it arrives.
class InputSource {
 public:
  /// Throws Error (usage) when nothing is asked for, or when two inputs both read standard input, and
  /// (usage) when the list itself can't be opened.
  explicit InputSource(InputOptions options);
  ~InputSource();
  InputSource(InputSource&&) noexcept;
  InputSource& operator=(InputSource&&) noexcept;

  /// The next input, or nothing at the end. Failures of one input come back inside it, not as exceptions.
  std::optional<Input> next();

  /// What read_bytes gives, except that a wait for standard input ends with stop(), as Error (input,
  /// "unreadable"). Safe beside next() on another thread.
  std::vector<std::byte> read(const std::string& path, std::size_t max_bytes = kDefaultMaxBytes) const;

  /// Whether inputs come one by one from another process, through standard input or a pipe, which may wait
  /// for our answers before it goes on. Not those of a shard, which wait for the end of the list.
  bool arrives_on_stdin() const;

  /// Makes a next() or read() that waits for standard input give up, and every later next() return nothing.
  /// Safe from any thread and from a signal handler.
  void stop() noexcept;

  /// How many inputs (of the shard) there are, by walking all of them again; nothing when a list comes from
  /// standard input or a pipe and can't be walked twice.
  std::optional<std::size_t> count() const;

 private:
  struct Walk;
  std::unique_ptr<Walk> walk_;
};

/// The whole content of a file, or of standard input for "-". Throws Error (input): codes "missing",
/// "unreadable", "empty", "too_large" (over `max_bytes`).
std::vector<std::byte> read_bytes(const std::string& path, std::size_t max_bytes = kDefaultMaxBytes);

}  // namespace clip_classify
