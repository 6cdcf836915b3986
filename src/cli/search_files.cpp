#include "cli/search_files.h"

#include <algorithm>
#include <future>
#include <utility>

#include "store/row_index.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

/// All of fewer rows are looked at in about the time that a process takes to start.
constexpr std::size_t kManyRows = 1'000'000;
/// A thread looks whether to stop after so many.
constexpr std::size_t kRows = 4096;

/// The places of a file's first row and of others among all.
struct Rows {
  const EmbeddingFile& file;
  std::size_t before = 0;
};

class FileSearch {
 public:
  FileSearch(Session& session, const SearchOptions& options, const std::vector<Query>& queries)
      : session_(session), options_(options), queries_(queries) {}

  /// All rows, a share of them in each thread.
  void look_at_all(const Rows& rows, std::vector<BestImages>& best) const {
    const auto threads = static_cast<std::size_t>(session_.model().threads());
    std::vector<std::future<std::vector<BestImages>>> shares;
    for (std::size_t share = 0; share < threads; ++share) {
      shares.push_back(std::async(std::launch::async, [&, share, mine = best]() mutable {
        const auto count = rows.file.rows();
        look_at(rows, count * share / threads, count * (share + 1) / threads, mine);
        return mine;
      }));
    }
    for (auto& share : shares) {
      auto found = share.get();
      for (std::size_t index = 0; index < best.size(); ++index) {
        best[index].merge(std::move(found[index]));
      }
    }
  }

  /// Those that the index names.
  void look_up(const Rows& rows, RowIndex& index, std::vector<BestImages>& best) const {
    std::vector<float> embedding(rows.file.width());
    for (std::size_t query = 0; query < queries_.size(); ++query) {
      // One more, since an image that is the query is not among the results.
      for (const auto row : index.nearest(queries_[query].row, options_.top_k + 1)) {
        rows.file.read(row, embedding);
        add(rows, row, embedding, query, best[query]);
      }
    }
  }

 private:
  void look_at(const Rows& rows, std::size_t begin, std::size_t end, std::vector<BestImages>& best) const {
    std::vector<float> embedding(rows.file.width());
    for (auto row = begin; row < end; ++row) {
      if (row % kRows == 0 && session_.stopped()) {
        return;
      }
      rows.file.read(row, embedding);
      for (std::size_t query = 0; query < best.size(); ++query) {
        add(rows, row, embedding, query, best[query]);
      }
    }
  }

  void add(const Rows& rows, std::size_t row, std::span<const float> embedding, std::size_t query,
           BestImages& best) const {
    best.add(rows.before + row, embedding, [&] { return queries_[query].result(rows.file.name(row)); });
  }

  Session& session_;
  const SearchOptions& options_;
  const std::vector<Query>& queries_;
};

/// Null where every row is to be looked at.
std::unique_ptr<RowIndex> open_index(Session& session, const SearchOptions& options, const std::string& path,
                                     const EmbeddingFile& file) {
  const auto folder = options.stores.no_cache ? std::nullopt : cache_folder();
  const bool asked_for = options.index == "hnsw";
  const bool of_use = options.index == "auto" && file.rows() > kManyRows && options.top_k > 0;
  if (!folder || !(asked_for || of_use)) {
    return nullptr;
  }
  auto& console = session.console();
  RowIndex::Options how{*folder / "indexes", asked_for, session.model().threads()};
  how.progress = [&, told = false](std::size_t done) mutable {
    if (session.stopped()) {
      throw Interrupted("interrupted before the index of " + utf8::printable(path) + " was made");
    }
    if (!std::exchange(told, true)) {
      console.report("making an index of " + utf8::printable(path) +
                     " for this search and later ones; a million rows take minutes");
      console.start_progress("rows", file.rows());
    }
    console.update_progress(done);
  };
  auto index = session.watch().time("opening the index", [&] { return RowIndex::open(path, file, how); });
  console.end_progress();
  if (!index) {
    console.warning("all " + std::to_string(file.rows()) + " rows of " + utf8::printable(path) +
                    " are looked at: " +
                    (asked_for ? "an index takes float32 rows of length 1, in a file left alone for 3 seconds"
                               : "--index hnsw makes an index, once, for this search and later ones"));
  }
  return index;
}

}  // namespace

void search_files(Session& session, const SearchOptions& options, const std::vector<Query>& queries,
                  ImageStream& images, std::vector<BestImages>& best) {
  const FileSearch search(session, options, queries);
  for (std::size_t number = 0; number < images.files().size(); ++number) {
    const auto& file = images.files()[number];
    const auto before = images.counts().done;
    const auto index = open_index(session, options, options.inputs.paths[number], file);
    session.watch().time("searching", [&] {
      const Rows rows{file, before};
      index ? search.look_up(rows, *index, best) : search.look_at_all(rows, best);
    });
    if (session.stopped()) {
      throw Interrupted(interruption(options.output, before));
    }
    images.count_rows(file.rows());
  }
}

}  // namespace clip_classify::cli
