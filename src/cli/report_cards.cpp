#include "cli/report_cards.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

#include "classify/in_parallel.h"
#include "clip_classify/input.h"
#include "image/jpeg_writer.h"
#include "image/thumbnail.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

constexpr int kQuality = 80;
constexpr int kMostThreads = 8;
/// Pictures that take more memory than this while they are decoded are decoded one at a time.
constexpr std::uint64_t kLargePicture = std::uint64_t{64} << 20;

/// A picture, or why there is none.
struct Picture {
  std::string jpeg;
  std::optional<Error> error;
};

class PictureMaker {
 public:
  PictureMaker(const ReportOptions& options, const std::vector<Record>& records)
      : options_(options), records_(records), pictures_(records.size()) {}

  std::vector<Picture> make() {
    in_parallel(records_.size(), threads(), [this](std::size_t index) { make(index); });
    return std::move(pictures_);
  }

 private:
  int threads() const {
    const int asked = options_.run.encoder.threads;
    return std::min(asked > 0 ? asked : static_cast<int>(std::thread::hardware_concurrency()), kMostThreads);
  }

  void make(std::size_t index) {
    if (records_[index].error) {
      return;
    }
    try {
      pictures_[index].jpeg = picture_of(records_[index].path);
    } catch (const Error& error) {
      pictures_[index].error = error;
    } catch (const std::bad_alloc&) {
      pictures_[index].error = input_error("too_large", "not enough memory to decode it");
    }
  }

  std::string picture_of(const std::string& path) {
    const auto bytes = read_bytes(path);
    std::unique_lock one_at_a_time(large_, std::defer_lock);
    if (decoding_memory(bytes) > kLargePicture) {
      one_at_a_time.lock();
    }
    return encode_jpeg(make_thumbnail(bytes, options_.thumbnail, options_.decode), kQuality);
  }

  const ReportOptions& options_;
  const std::vector<Record>& records_;
  std::vector<Picture> pictures_;
  std::mutex large_;
};

}  // namespace

ReportCards::ReportCards(const ReportOptions& options, ReportTruth& truth, Sink& sink,
                         const ReportMapMaker* maps)
    : options_(options), truth_(truth), page_(sink), maps_(maps) {}

void ReportCards::add(std::vector<Record> records) {
  auto pictures =
      options_.thumbnail > 0 ? PictureMaker(options_, records).make() : std::vector<Picture>(records.size());
  for (std::size_t index = 0; index < records.size(); ++index) {
    auto& [jpeg, error] = pictures[index];
    auto truth = truth_.of(records[index].path);
    if (error && without_++ == 0) {
      first_without_ = utf8::printable(records[index].path) + ": " + error->what();
    }
    auto maps = maps_ != nullptr && !jpeg.empty() ? maps_->make(records[index], truth) : std::nullopt;
    page_.add({std::move(records[index]), std::move(truth), std::move(jpeg), std::move(maps)});
  }
}

bool ReportCards::end(const ReportHead& head, Console& console) {
  page_.end(head);
  if (without_ > 0) {
    console.error(first_without_ + "; " + std::to_string(without_) +
                  (without_ == 1 ? " image has" : " images have") + " no picture on the page");
  }
  return without_ > 0;
}

}  // namespace clip_classify::cli
