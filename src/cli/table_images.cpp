#include "cli/table_images.h"

#include <algorithm>

#include "text/utf8.h"

namespace clip_classify::cli {

TableImages::TableImages(Session& session, const std::vector<std::string>& files) : session_(session) {
  files_.reserve(files.size());
  for (const auto& path : files) {
    const auto& file = files_.emplace_back(path, session.manifest());
    for (std::size_t row = 0; row < file.rows(); ++row) {
      places_.emplace(file.name(row), std::pair(files_.size() - 1, row));
    }
  }
}

void TableImages::start(const std::vector<std::string>& paths) {
  paths_.clear();
  block_ = {};
  std::unordered_map<std::string_view, std::size_t> known;
  for (const auto& path : paths) {
    const auto [image, is_new] = known.emplace(path, paths_.size());
    block_.image_of_row.push_back(image->second);
    if (is_new) {
      paths_.push_back(path);
    }
  }
  if (files_.empty() && !paths_.empty()) {
    InputSource source({.paths = paths_, .files_from = {}, .only_files = true});
    stream_ = std::make_unique<ImageStream>(session_, std::move(source), counts_);
    stream_->start();
  }
}

std::optional<BlockImages> TableImages::take() {
  const auto width = static_cast<std::size_t>(session_.manifest().embedding_width);
  block_.embeddings = {paths_.size(), width, std::vector<float>(paths_.size() * width)};
  block_.errors.resize(paths_.size());
  if (stream_) {
    read_all();
  } else {
    for (std::size_t image = 0; image < paths_.size(); ++image) {
      look_up(paths_[image], image);
    }
  }
  return session_.stopped() ? std::nullopt : std::optional(std::move(block_));
}

void TableImages::read_all() {
  std::size_t image = 0;
  for (auto batch = stream_->next(); !batch.empty(); batch = stream_->next()) {
    for (const auto& embedded : batch) {
      std::ranges::copy(embedded.embedding, block_.embeddings.row(image).begin());
      block_.errors[image] = embedded.error;
      ++image;
    }
  }
  stream_->finish();
  counts_ = stream_->counts();
  stream_.reset();
}

void TableImages::look_up(const std::string& path, std::size_t image) {
  ++counts_.done;
  const auto place = places_.find(path);
  if (place != places_.end()) {
    const auto [file, row] = place->second;
    files_[file].read(row, block_.embeddings.row(image));
    return;
  }
  ++counts_.failed;
  const auto error = input_error("missing", "is in none of the embedding files");
  session_.console().error(utf8::printable(path) + ": " + error.what());
  block_.errors[image] = error;
}

}  // namespace clip_classify::cli
