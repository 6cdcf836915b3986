#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "clip_classify/input.h"
#include "input/descriptor.h"
#include "input/folder_walk.h"
#include "input/list_reader.h"
#include "input/read_bytes.h"

namespace clip_classify {
namespace {

void check_standard_input(const InputOptions& options) {
  std::vector<std::string> readers;
  for (const std::string& path : options.paths) {
    if (path == "-") {
      readers.emplace_back("the image '-'");
    }
  }
  if (options.files_from == "-") {
    readers.emplace_back("--files-from -");
  }
  if (readers.size() > 1) {
    throw usage_error("standard input can be read only once, but " + readers[0] + " and " + readers[1] +
                      " both read it");
  }
}

}  // namespace

struct InputSource::Walk {
  explicit Walk(InputOptions given) : options(std::move(given)) {
    if (options.files_from) {
      list.emplace(*options.files_from, options.nul_separated, stop);
    }
  }

  std::optional<Input> next() {
    if (options.shard.count == 1) {
      return next_of_all();
    }
    if (!begun) {
      begin_shard();
    }
    if (position == last || stop->raised()) {
      return std::nullopt;
    }
    auto input = held.empty() ? next_of_all() : std::move(held[position]);
    if (input) {
      input->is_neighbour = position < begin || position >= end;
    }
    ++position;
    return input;
  }

  /// Steps over the inputs before the shard's first batch.
  void begin_shard() {
    const std::optional<std::size_t> counted = count_all();
    while (!counted) {
      auto input = next_of_all();
      if (!input) {
        break;
      }
      held.push_back(std::move(*input));
    }
    const std::size_t total = counted.value_or(held.size());
    const std::size_t batch = options.shard.batch;
    begin = begin_of_shard(options.shard.index - 1, total);
    end = begin_of_shard(options.shard.index, total);
    last = begin == end ? begin : std::min(total, (end + batch - 1) / batch * batch);
    const std::size_t first = begin == end ? begin : begin / batch * batch;
    while (counted && position < first && next_of_all()) {
      ++position;
    }
    position = first;
    begun = true;
  }

  /// How many inputs come before the shard after the first `shards`.
  std::size_t begin_of_shard(std::size_t shards, std::size_t total) const {
    const std::size_t count = options.shard.count;
    return total / count * shards + total % count * shards / count;
  }

  /// All inputs, whichever shard they are in; nothing when they can't be walked twice.
  std::optional<std::size_t> count_all() const {
    if (options.files_from == "-" || (list && !list->is_regular())) {
      return std::nullopt;
    }
    Walk again(options);
    std::size_t inputs = 0;
    while (!stop->raised() && again.next_of_all()) {
      ++inputs;
    }
    return inputs;
  }

  std::optional<Input> next_of_all() {
    while (!stop->raised()) {
      if (folder) {
        if (auto input = folder->next()) {
          return input;
        }
        folder.reset();
      }
      try {
        std::optional<std::string> path = next_path();
        if (!path) {
          break;
        }
        if (auto input = open_path(std::move(*path))) {
          return input;
        }
      } catch (const Error& error) {
        return Input{*options.files_from, error};
      }
    }
    return std::nullopt;
  }

  /// A path that the user named, in an argument or in the list.
  std::optional<std::string> next_path() {
    if (next_argument < options.paths.size()) {
      const auto& path = options.paths[next_argument++];
      return options.only_files && path == "-" ? "./-" : path;
    }
    std::optional<std::string> entry = list ? list->next() : std::nullopt;
    if (entry == "-") {
      return "./-";
    }
    return entry;
  }

  /// The input for a named path; nothing for a folder, which is walked next.
  std::optional<Input> open_path(std::string path) {
    if (path == "-") {
      return Input{std::move(path), std::nullopt};
    }
    if (path.find('\0') != std::string::npos) {
      return Input{std::move(path), input_error("missing", "no such file (a NUL-separated list needs -0)")};
    }
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) {
      return Input{std::move(path), unreadable_error(errno)};
    }
    if (S_ISDIR(status.st_mode)) {
      if (options.only_files) {
        return Input{std::move(path), unreadable_error(EISDIR)};
      }
      folder.emplace(path);
      return std::nullopt;
    }
    return Input{std::move(path), std::nullopt};
  }

  InputOptions options;
  std::shared_ptr<StopSignal> stop = std::make_shared<StopSignal>();
  std::optional<ListReader> list;
  std::optional<FolderWalk> folder;
  std::size_t next_argument = 0;

  // Of a shard, once it has begun: places among all inputs.
  bool begun = false;
  std::size_t position = 0;  ///< of the next input
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t last = 0;     ///< behind the end's batch
  std::vector<Input> held;  ///< all inputs, where they can't be walked twice
};

InputSource::InputSource(InputOptions options) {
  if (options.paths.empty() && !options.files_from) {
    throw usage_error("no images given: name files or folders, or '-' for one on standard input");
  }
  check_standard_input(options);
  walk_ = std::make_unique<Walk>(std::move(options));
}

InputSource::~InputSource() = default;
InputSource::InputSource(InputSource&&) noexcept = default;
InputSource& InputSource::operator=(InputSource&&) noexcept = default;

std::optional<Input> InputSource::next() {
  return walk_->next();
}

std::vector<std::byte> InputSource::read(const std::string& path, std::size_t max_bytes) const {
  return read_bytes(path, max_bytes, *walk_->stop);
}

bool InputSource::arrives_on_stdin() const {
  return walk_->list && !walk_->list->is_regular() && walk_->options.shard.count == 1;
}

void InputSource::stop() noexcept {
  walk_->stop->raise();
}

std::optional<std::size_t> InputSource::count() const {
  const std::optional<std::size_t> total = walk_->count_all();
  if (!total) {
    return std::nullopt;
  }
  const std::size_t index = walk_->options.shard.index;
  return walk_->begin_of_shard(index, *total) - walk_->begin_of_shard(index - 1, *total);
}

}  // namespace clip_classify
