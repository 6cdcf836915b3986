#include "store/row_index.h"

#include <unistd.h>

#define NO_MANUAL_VECTORIZATION  // of distances, which are our own
#include <hnswlib/hnswlib.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <exception>
#include <fstream>
#include <thread>

#include "classify/quick_dot.h"
#include "input/file_state.h"
#include "model/sha256.h"
#include "store/checksum.h"
#include "store/mapped_file.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;
using Graph = hnswlib::HierarchicalNSW<float>;
using RowNumber = std::uint64_t;

// Neighbours of a row, and rows that are looked at to find them when the graph is made and when it is asked.
constexpr std::size_t kNeighbours = 16;
constexpr std::size_t kLookedAtToMake = 100;
constexpr std::size_t kLookedAt = 10000;

constexpr RowNumber kQuery = static_cast<RowNumber>(-1);
constexpr float kUnit = 1e-3F;  // of the square of a length

/// To the library a row is its number, so that the graph's file holds no copy of it.
class Rows : public hnswlib::SpaceInterface<float> {
 public:
  Rows(std::span<const float> values, std::size_t width) : values_(values), width_(width) {}

  void set_query(std::span<const float> query) { query_ = query; }

  std::span<const float> row(RowNumber number) const {
    return number == kQuery ? query_ : values_.subspan(number * width_, width_);
  }

  bool are_unit_vectors(std::size_t count) const {
    for (RowNumber number = 0; number < count; ++number) {
      if (!(std::abs(quick_dot(row(number), row(number)) - 1) < kUnit)) {
        return false;
      }
    }
    return true;
  }

  std::size_t get_data_size() override { return sizeof(RowNumber); }
  void* get_dist_func_param() override { return this; }
  hnswlib::DISTFUNC<float> get_dist_func() override {
    return [](const void* a, const void* b, const void* rows) {
      const auto number = [](const void* data) {
        RowNumber read = 0;
        std::memcpy(&read, data, sizeof read);
        return read;
      };
      const auto& self = *static_cast<const Rows*>(rows);
      return 1 - quick_dot(self.row(number(a)), self.row(number(b)));
    };
  }

 private:
  std::span<const float> values_;
  std::size_t width_;
  std::span<const float> query_;
};

std::string short_sum(const std::string& text) {
  return hex(Sha256().add_field(text).sum()).substr(0, 16);
}

std::string sum_of(const fs::path& file) {
  return std::to_string(checksum(MappedFile(file.string()).bytes(), 0));
}

}  // namespace

struct RowIndex::Parts {
  Parts(const std::string& path, const EmbeddingFile& file, fs::path given_folder)
      : rows(file.raw(), file.width()), folder(std::move(given_folder)) {
    std::error_code failed;
    of_path = "rows-" + short_sum(fs::absolute(path, failed).lexically_normal().string()) + "-";
    of_state = of_path + short_sum(settled_state(path)) + "-";
  }

  /// Graphs in the folder whose names begin so.
  std::vector<fs::path> kept(const std::string& beginning) const {
    std::vector<fs::path> found;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed)) {
      if (entry.path().filename().string().starts_with(beginning)) {
        found.push_back(entry.path());
      }
    }
    return found;
  }

  /// False where there is none that is whole: a graph's sum is part of its name.
  bool load(std::size_t count) {
    for (const auto& file : kept(of_state)) {
      try {
        if (file.filename() == of_state + sum_of(file) + ".hnsw") {
          graph = std::make_unique<Graph>(&rows, file.string());
          if (graph->cur_element_count == count) {
            return true;
          }
        }
      } catch (const std::exception&) {
        continue;  // it is made anew
      }
    }
    graph.reset();
    return false;
  }

  /// Before the work, not after it: whether its result can be kept. What was made of an earlier state goes.
  void prepare_folder() const {
    std::error_code failed;
    fs::create_directories(folder, failed);
    for (const auto& file : kept(of_path)) {
      fs::remove(file, failed);
    }
    if (!std::ofstream(part())) {
      throw output_error(utf8::printable(folder.string()) +
                         ": an index can't be kept there; --index exact does without");
    }
    fs::remove(part(), failed);
  }

  /// Each process has its own.
  fs::path part() const { return folder / (of_path + std::to_string(getpid()) + ".part"); }

  void make(std::size_t count, const Options& options) {
    if (options.progress) {
      options.progress(0);
    }
    graph = std::make_unique<Graph>(&rows, count, kNeighbours, kLookedAtToMake);
    std::atomic<std::size_t> next = 0;
    std::atomic<int> working = std::max(options.threads, 1);
    std::vector<std::exception_ptr> failures(static_cast<std::size_t>(working));
    const auto work = [&](std::exception_ptr& failure) {
      try {
        for (RowNumber row = next++; row < count; row = next++) {
          graph->addPoint(&row, row);
        }
      } catch (...) {
        failure = std::current_exception();
        next = count;
      }
      --working;
    };
    std::exception_ptr ended;
    {
      std::vector<std::jthread> threads;
      for (auto& failure : failures) {
        threads.emplace_back(work, std::ref(failure));
      }
      try {
        for (; working > 0; std::this_thread::sleep_for(std::chrono::milliseconds(50))) {
          if (options.progress) {
            options.progress(std::min(next.load(), count));
          }
        }
      } catch (...) {
        ended = std::current_exception();
        next = count;
      }
    }
    failures.push_back(ended);
    for (const auto& failure : failures) {
      if (failure) {
        std::rethrow_exception(failure);
      }
    }
  }

  /// A graph that can't be kept still serves this run.
  void save() const {
    std::error_code failed;
    try {
      graph->saveIndex(part().string());
      fs::rename(part(), folder / (of_state + sum_of(part()) + ".hnsw"), failed);
    } catch (const std::exception&) {
      failed = std::make_error_code(std::errc::io_error);
    }
    if (failed) {
      fs::remove(part(), failed);
    }
  }

  Rows rows;
  fs::path folder;
  std::string of_path;   ///< how the names of its graphs begin
  std::string of_state;  ///< and of those that fit the file as it is now
  std::unique_ptr<Graph> graph;
};

std::unique_ptr<RowIndex> RowIndex::open(const std::string& path, const EmbeddingFile& file,
                                         const Options& options) {
  if (file.raw().empty() || settled_state(path).empty()) {
    return nullptr;
  }
  auto parts = std::make_unique<Parts>(path, file, options.folder);
  if (!parts->load(file.rows())) {
    if (!options.make || !parts->rows.are_unit_vectors(file.rows())) {
      return nullptr;
    }
    parts->prepare_folder();
    parts->make(file.rows(), options);
    parts->save();
  }
  return std::unique_ptr<RowIndex>(new RowIndex(std::move(parts)));
}

RowIndex::RowIndex(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

RowIndex::~RowIndex() = default;

std::vector<std::size_t> RowIndex::nearest(std::span<const float> query, std::size_t count) {
  parts_->rows.set_query(query);
  parts_->graph->setEf(std::max(kLookedAt, 4 * count));
  auto found = parts_->graph->searchKnn(&kQuery, count);
  std::vector<std::size_t> numbers;
  for (; !found.empty(); found.pop()) {
    numbers.push_back(found.top().second);
  }
  return numbers;
}

}  // namespace clip_classify
