#include "store/label_sets.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

#include "model/sha256.h"
#include "store/checksum.h"
#include "store/label_notes.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWorthAFile = 100;

std::string_view bytes_of(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

void write(std::ofstream& file, const void* bytes, std::size_t count) {
  file.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(count));
}

/// A file is this sum of all that follows, as 8 bytes; a byte of notes for each label; then the rows.
std::uint64_t sum_of(const std::string& name, std::string_view notes, std::string_view rows) {
  return checksum(rows, checksum(notes, checksum(name, 0)));
}

}  // namespace

LabelSets::LabelSets(fs::path folder, std::string space, std::int64_t limit)
    : folder_(std::move(folder)), space_(std::move(space)), limit_(limit) {}

std::string LabelSets::name_of(std::span<const Label> labels, std::span<const std::string> templates) const {
  Sha256 sum;
  sum.add_field(space_);
  const auto add_all = [&](std::span<const std::string> texts) {
    sum.add_field(std::to_string(texts.size()));
    for (const auto& text : texts) {
      sum.add_field(text);
    }
  };
  add_all(templates);
  for (const auto& label : labels) {
    add_all(label.texts);
  }
  return hex(sum.sum());
}

bool LabelSets::recall(std::span<const Label> labels, std::span<const std::string> templates,
                       LabelWeights& weights) const {
  std::error_code failed;
  if (labels.size() < kWorthAFile || !fs::exists(folder_, failed)) {
    return false;
  }
  const auto name = name_of(labels, templates);
  const auto path = folder_ / name;
  if (!fs::exists(path, failed)) {
    return false;
  }
  std::uint64_t sum = 0;
  std::string notes(labels.size(), 0);
  const auto rows = bytes_of(weights.rows.values);
  if (fs::file_size(path, failed) != sizeof sum + notes.size() + rows.size()) {
    return false;
  }
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(&sum), sizeof sum);
  file.read(notes.data(), std::ssize(notes));
  file.read(reinterpret_cast<char*>(weights.rows.values.data()), std::ssize(rows));
  if (!file || sum_of(name, notes, rows) != sum) {
    return false;
  }
  std::ranges::transform(notes, weights.notes.begin(), note_from);
  fs::last_write_time(path, fs::file_time_type::clock::now(), failed);
  return true;
}

void LabelSets::keep(std::span<const Label> labels, std::span<const std::string> templates,
                     const LabelWeights& weights) const {
  if (labels.size() < kWorthAFile) {
    return;
  }
  const auto name = name_of(labels, templates);
  std::string notes;
  for (const auto& note : weights.notes) {
    notes += static_cast<char>(number_of(note));
  }
  const auto rows = bytes_of(weights.rows.values);
  const auto sum = sum_of(name, notes, rows);
  std::error_code failed;
  fs::create_directory(folder_, failed);
  const auto unfinished = folder_ / ("unfinished-" + std::to_string(::getpid()));
  std::ofstream file(unfinished, std::ios::binary);
  write(file, &sum, sizeof sum);
  write(file, notes.data(), notes.size());
  write(file, weights.rows.values.data(), rows.size());
  file.close();
  if (file) {
    fs::rename(unfinished, folder_ / name, failed);
    drop_oldest();
  } else {
    fs::remove(unfinished, failed);
  }
}

void LabelSets::drop_oldest() const {
  struct Set {
    fs::file_time_type used;
    std::int64_t bytes;
    fs::path path;
  };
  std::vector<Set> sets;
  std::int64_t all = 0;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder_, failed)) {
    std::error_code gone;
    const auto bytes = static_cast<std::int64_t>(entry.file_size(gone));
    const auto used = entry.last_write_time(gone);
    if (!gone) {
      sets.push_back({used, bytes, entry.path()});
      all += bytes;
    }
  }
  std::ranges::sort(sets, {}, &Set::used);
  for (const auto& set : sets) {
    if (all <= limit_) {
      return;
    }
    fs::remove(set.path, failed);
    all -= set.bytes;
  }
}

}  // namespace clip_classify
