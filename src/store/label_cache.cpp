#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "clip_classify/store.h"
#include "model/sha256.h"
#include "store/embedding_store.h"
#include "store/label_notes.h"
#include "store/label_sets.h"
#include "store/spaces.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;

/// A run is not held up: what others are writing is written again some other time.
constexpr auto kPatience = std::chrono::milliseconds(500);

constexpr auto kSetsFolder = "label-sets-1";  // with a version, as in label_cache_in

/// Keys of labels under the same templates.
class LabelKeys {
 public:
  explicit LabelKeys(std::span<const std::string> templates) {
    Sha256 sum;
    for (const auto& entry : templates) {
      sum.add_field(entry);
    }
    templates_ = sum.sum();
  }

  std::string key(const Label& label) const {
    Sha256 sum;
    sum.add(templates_);
    for (const auto& text : label.texts) {
      sum.add_field(text);
    }
    return sum.sum();
  }

 private:
  std::string templates_;
};

void make_folder(const fs::path& folder) {
  std::error_code failed;
  if (!folder.empty() && !fs::exists(folder, failed)) {
    fs::create_directories(folder, failed);
    fs::permissions(folder, fs::perms::owner_all, failed);  // labels are nobody else's business
  }
}

}  // namespace

struct LabelCache::Parts {
  Parts(std::string given_path, const Model& model, std::int64_t given_limit)
      : path(std::move(given_path)),
        width(static_cast<std::size_t>(model.manifest().embedding_width)),
        limit(given_limit) {
    attempt([&] {
      space = label_space(model);
      const auto folder = fs::path(path).parent_path();
      make_folder(folder);
      sets.emplace(folder / kSetsFolder, space, limit);
      open();
    });
  }

  void open() { store.emplace(path, space, width, kPatience); }

  /// Runs `work` on the cache; what goes wrong is the end of it, but for damage, after which it begins anew.
  template <typename Work>
  void attempt(Work&& work) {
    try {
      std::forward<Work>(work)();
    } catch (const Error& error) {
      store.reset();
      const bool first = !trouble;
      trouble = {error.code() == "damaged", error.what()};
      if (trouble->damaged && first) {
        replace();
      }
    }
  }

  void replace() {
    for (const char* part : {"", "-wal", "-shm"}) {
      std::error_code failed;
      fs::remove(path + part, failed);
    }
    try {
      open();
    } catch (const Error&) {
      store.reset();
    }
  }

  void drop_oldest(const Database& database) const {
    const auto used = (database.number("PRAGMA page_count") - database.number("PRAGMA freelist_count")) *
                      database.number("PRAGMA page_size");
    if (used > limit) {
      database.run(
          "DELETE FROM embeddings WHERE id <= "
          "(SELECT min(id) + (max(id) - min(id)) / 4 FROM embeddings)");
    }
  }

  std::string path;
  std::string space;
  std::size_t width;
  std::int64_t limit;
  std::optional<LabelSets> sets;
  std::optional<EmbeddingStore> store;
  std::optional<Trouble> trouble;
  std::size_t known = 0;
};

LabelCache::LabelCache(const std::string& path, const Model& model, std::int64_t limit)
    : parts_(std::make_unique<Parts>(path, model, limit)) {}

LabelCache::~LabelCache() = default;

std::vector<bool> LabelCache::recall(std::span<const Label> labels, std::span<const std::string> templates,
                                     LabelWeights& weights) {
  std::vector<bool> known(labels.size());
  if (!parts_->store) {
    return known;
  }
  parts_->attempt([&] {
    auto& store = *parts_->store;
    const LabelKeys keys(templates);
    store.database().run("BEGIN");  // one look at the file for all of them
    for (std::size_t index = 0; index < labels.size(); ++index) {
      std::int64_t note = 0;
      known[index] = store.find(keys.key(labels[index]), weights.rows.row(index), note);
      weights.notes[index] = note_from(note);
    }
    store.database().run("COMMIT");
  });
  if (parts_->trouble) {
    known.assign(labels.size(), false);  // so that all of them are kept again
  }
  parts_->known += static_cast<std::size_t>(std::ranges::count(known, true));
  return known;
}

void LabelCache::keep(std::span<const Label> labels, std::span<const std::string> templates,
                      const LabelWeights& weights) {
  if (!parts_->store) {
    return;
  }
  parts_->attempt([&] {
    auto& store = *parts_->store;
    const LabelKeys keys(templates);
    Transaction transaction(store.database());
    for (std::size_t index = 0; index < labels.size(); ++index) {
      store.keep(keys.key(labels[index]), weights.rows.row(index), number_of(weights.notes[index]));
    }
    parts_->drop_oldest(store.database());
    transaction.commit();
  });
}

bool LabelCache::recall_set(std::span<const Label> labels, std::span<const std::string> templates,
                            LabelWeights& weights) {
  const bool there = parts_->sets && parts_->sets->recall(labels, templates, weights);
  parts_->known += there ? labels.size() : 0;
  return there;
}

void LabelCache::keep_set(std::span<const Label> labels, std::span<const std::string> templates,
                          const LabelWeights& weights) {
  if (parts_->sets) {
    parts_->sets->keep(labels, templates, weights);
  }
}

std::size_t LabelCache::known() const {
  return parts_->known;
}

const std::optional<LabelCache::Trouble>& LabelCache::trouble() const {
  return parts_->trouble;
}

std::optional<fs::path> cache_folder() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return fs::path(value == nullptr ? "" : value);
  };
  if (const auto folder = variable("CLIP_CLASSIFY_CACHE"); !folder.empty()) {
    return folder == "off" ? std::nullopt : std::optional(folder);
  }
  if (const auto folder = variable("XDG_CACHE_HOME"); folder.is_absolute()) {  // as its specification says
    return folder / "clip-classify";
  }
  if (const auto home = variable("HOME"); home.is_absolute()) {
    return home / ".cache/clip-classify";
  }
  return std::nullopt;
}

std::string label_cache_in(const fs::path& folder) {
  // The version is in the name, so that programs of two versions do not take turns at making it anew.
  return (folder / "labels-1.sqlite").string();
}

}  // namespace clip_classify
