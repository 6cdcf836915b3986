#include "clip_classify/partial_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "model/sha256.h"
#include "output/descriptor_sink.h"
#include "output/journal.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

int open_part(const OutputTarget& target, const std::string& part) {
  if (target.existing && !S_ISREG(target.existing->st_mode)) {
    throw usage_error("--resume needs a regular file to write, which " + target.name + " is not");
  }
  const int descriptor = ::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) throw creation_failure(target, errno);
  return descriptor;
}

/// The name of a setting that is not the same in both; empty where all are.
std::string first_difference(const Settings& one, const Settings& other) {
  for (const auto& [name, value] : one) {
    const auto found = other.find(name);
    if (found == other.end() || found->second != value) return name;
  }
  return one.size() == other.size() ? "" : first_difference(other, one);
}

}  // namespace

struct PartialFile::Parts {
  Parts(const std::string& path, const Settings& settings)
      : target(find_target(path)),
        part(target.path.string() + ".part"),
        shown(utf8::printable(part)),
        descriptor(open_part(target, part)),
        output(descriptor, shown) {
    lock();
    if (!take_up(settings)) begin(settings);
    const int opened = ::open(journal_path().c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (opened < 0) throw output_failure(shown + ".journal", errno);
    journal = std::make_unique<DescriptorSink>(opened, shown + ".journal");
  }

  ~Parts() {
    if (!committed && done.inputs == 0) {  // there is nothing to go on from
      ::unlink(part.c_str());
      ::unlink(journal_path().c_str());
    }
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  std::string journal_path() const { return part + ".journal"; }

  void lock() const {
    struct stat ours {};
    struct stat there {};
    const bool locked = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    if (!locked && errno != EWOULDBLOCK) throw output_failure(shown, errno);
    // The run that had it may have completed it meanwhile.
    const bool same = ::fstat(descriptor, &ours) == 0 && ::stat(part.c_str(), &there) == 0 &&
                      ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
    if (!locked || !same) throw output_error(shown + ": another run is writing it");
  }

  /// Goes back to the last checkpoint that holds; false where there is nothing to go back to.
  bool take_up(const Settings& settings) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) throw output_failure(shown, errno);
    if (status.st_size == 0) return false;
    JournalReader reader(journal_path());
    const auto earlier = reader.settings();
    if (!earlier) {
      throw output_error(shown + ": what it holds is not known, since " + shown +
                         ".journal is missing or damaged; remove it to begin anew");
    }
    if (const auto different = first_difference(*earlier, settings); !different.empty()) {
      throw usage_error(shown + " was begun with another " + different +
                        "; give the same as then, or remove it to begin anew");
    }
    std::uint64_t journal_bytes = 0;
    Sha256 sum;
    while (const auto checkpoint = reader.next()) {
      if (!add_output(sum, done.bytes, checkpoint->bytes) || hex(sum.sum()) != checkpoint->output_sum) break;
      done = *checkpoint;
      output_sum = sum;
      journal_bytes = reader.position();
      resumes = true;
    }
    if (!resumes) return false;
    cut(done.bytes, journal_bytes);
    return true;
  }

  /// Adds the output's bytes from `begin` to `end`; false where it ends earlier.
  bool add_output(Sha256& sum, std::uint64_t begin, std::uint64_t end) const {
    std::array<char, 65536> block{};
    while (begin < end) {
      const auto size = ::pread(descriptor, block.data(), std::min<std::uint64_t>(block.size(), end - begin),
                                static_cast<off_t>(begin));
      if (size < 0) throw output_failure(shown, errno);
      if (size == 0) return false;
      sum.add({block.data(), static_cast<std::size_t>(size)});
      begin += static_cast<std::uint64_t>(size);
    }
    return true;
  }

  void cut(std::uint64_t output_bytes, std::uint64_t journal_bytes) const {
    if (::ftruncate(descriptor, static_cast<off_t>(output_bytes)) != 0 ||
        ::lseek(descriptor, 0, SEEK_END) < 0) {
      throw output_failure(shown, errno);
    }
    if (::truncate(journal_path().c_str(), static_cast<off_t>(journal_bytes)) != 0) {
      throw output_failure(shown + ".journal", errno);
    }
  }

  void begin(const Settings& settings) {
    keep_permissions(descriptor, target);
    const int created = ::open(journal_path().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (created < 0) throw output_failure(shown + ".journal", errno);
    DescriptorSink first(created, shown + ".journal");
    first.write(settings_line(settings) + "\n");
    first.flush();
    if (::ftruncate(descriptor, 0) != 0) throw output_failure(shown, errno);
  }

  OutputTarget target;
  std::string part;
  std::string shown;
  int descriptor;
  DescriptorSink output;
  std::unique_ptr<DescriptorSink> journal;
  Checkpoint done;
  bool resumes = false;
  bool committed = false;
  Sha256 inputs_sum;
  Sha256 output_sum;
};

PartialFile::PartialFile(const std::string& path, const Settings& settings)
    : parts_(std::make_unique<Parts>(path, settings)) {}

PartialFile::~PartialFile() = default;

bool PartialFile::resumes() const {
  return parts_->resumes;
}

std::size_t PartialFile::inputs() const {
  return parts_->done.inputs;
}

std::size_t PartialFile::failed() const {
  return parts_->done.failed;
}

void PartialFile::skip_inputs(InputSource& source) {
  for (std::uint64_t index = 0; index < parts_->done.inputs; ++index) {
    auto input = source.next();
    while (input && input->is_neighbour) {
      input = source.next();
    }
    parts_->inputs_sum.add_field(input ? input->path : "");
  }
  if (parts_->done.inputs > 0 && hex(parts_->inputs_sum.sum()) != parts_->done.inputs_sum) {
    throw usage_error(parts_->shown + ": the first " + std::to_string(parts_->done.inputs) +
                      " images are not those that it was begun with; give the same in the same order, or " +
                      "remove it to begin anew");
  }
}

void PartialFile::add_input(const std::string& path, bool failed) {
  parts_->inputs_sum.add_field(path);
  ++parts_->done.inputs;
  parts_->done.failed += failed ? 1 : 0;
}

void PartialFile::checkpoint() {
  flush();
  parts_->done.inputs_sum = hex(parts_->inputs_sum.sum());
  parts_->done.output_sum = hex(parts_->output_sum.sum());
  parts_->journal->write(checkpoint_line(parts_->done) + "\n");
  parts_->journal->flush();
}

void PartialFile::write(std::string_view bytes) {
  parts_->output_sum.add(bytes);
  parts_->done.bytes += bytes.size();
  parts_->output.write(bytes);
}

void PartialFile::flush() {
  parts_->output.flush();
}

void PartialFile::commit() {
  flush();
  // Some file systems report a failed write only when a descriptor is closed; ours keeps the lock.
  if (::close(::dup(parts_->descriptor)) != 0 ||
      ::rename(parts_->part.c_str(), parts_->target.path.c_str()) != 0) {
    throw output_failure(parts_->target.name, errno);
  }
  parts_->committed = true;
  ::unlink(parts_->journal_path().c_str());
}

}  // namespace clip_classify
