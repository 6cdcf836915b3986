#include "clip_classify/embedding_file.h"

#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

#include "clip_classify/embeddings.h"
#include "store/embedding_names.h"
#include "store/mapped_file.h"
#include "store/npy_header.h"
#include "store/spaces.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

/// Rows whose length is as near to 1 as floats come are left as they are.
constexpr double kUnit = 1e-5;

using Json = nlohmann::json;

Error wrong(const std::string& path, const std::string& reason) {
  return usage_error(utf8::printable(path) + ": " + reason);
}

/// Where the lines begin, and after the last of them where the text ends.
std::vector<std::size_t> line_starts(std::string_view text) {
  std::vector<std::size_t> starts{0};
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1)) {
    starts.push_back(end + 1);
  }
  if (starts.back() != text.size()) {
    starts.push_back(text.size());
  }
  return starts;
}

/// In several sums at a time: many times faster than dot().
double length_of(std::span<const float> row) {
  constexpr std::size_t lanes = 8;
  std::array<double, lanes> sums{};
  std::size_t index = 0;
  for (; index + lanes <= row.size(); index += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const double value = row[index + lane];
      sums[lane] += value * value;
    }
  }
  for (; index < row.size(); ++index) {
    sums[0] += static_cast<double>(row[index]) * row[index];
  }
  return std::sqrt(std::accumulate(sums.begin(), sums.end(), 0.0));
}

}  // namespace

bool is_embedding_file(const std::string& path) {
  return std::filesystem::path(path).extension() == ".npy";
}

struct EmbeddingFile::Parts {
  explicit Parts(const std::string& given_path)
      : path(given_path), names_path(names_beside(given_path)), array(given_path), names(names_path) {}

  std::string path;
  std::string names_path;
  MappedFile array;
  MappedFile names;
  NpyHeader header;
  std::vector<std::size_t> lines;

  void check_array() {
    const auto read = read_npy_header(array.bytes());
    if (!read) {
      throw wrong(path, "not a NumPy array");
    }
    header = *read;
    if (header.type != "<f4" && header.type != "<f2") {
      throw wrong(path, "an array of " + utf8::quoted(header.type) + "; save it as float32 or float16");
    }
    if (header.dimensions != 2 || header.by_columns) {
      throw wrong(path, "not an array of rows; save it with two dimensions, in C order");
    }
    if (header.width == 0 ||
        (array.bytes().size() - header.size) / header.width / item_size() < header.rows) {
      throw wrong(path, "is cut off: its " + std::to_string(header.rows) + " rows are not all there");
    }
  }

  void check_names() {
    lines = line_starts(names.bytes());
    if (lines.size() - 1 != header.rows) {
      throw wrong(names_path, "has " + std::to_string(lines.size() - 1) + " names for the " +
                                  std::to_string(header.rows) + " rows of " + utf8::printable(path));
    }
  }

  /// The model's name and space stand in every line; the first speaks for all.
  void check_model(const Manifest& manifest) const {
    const auto first = header.rows == 0 ? Json::object() : line(0);
    const auto space = first.value("space", "");
    const auto model = first.value("model", "");
    const auto made_by = model.empty() ? "" : " (by the model " + utf8::printable(model) + ")";
    if (header.width != static_cast<std::size_t>(manifest.embedding_width)) {
      throw wrong(path, "holds embeddings of width " + std::to_string(header.width) + made_by +
                            ", the model " + manifest.name + " has " +
                            std::to_string(manifest.embedding_width));
    }
    if (!space.empty() && space != model_space(manifest)) {
      throw wrong(path, "holds embeddings of another model" + made_by + " than " + manifest.name +
                            "; name that one with --model");
    }
  }

  std::size_t item_size() const { return header.type == "<f4" ? sizeof(float) : sizeof(std::uint16_t); }

  Json line(std::size_t row) const {
    const auto text = names.bytes().substr(lines[row], lines[row + 1] - lines[row]);
    auto object = Json::parse(text, nullptr, false);
    if (!object.is_object()) {
      throw wrong(names_path, "line " + std::to_string(row + 1) + " is not a JSON object");
    }
    return object;
  }
};

EmbeddingFile::EmbeddingFile(const std::string& path, const Manifest& manifest)
    : parts_(std::make_unique<Parts>(path)) {
  parts_->check_array();
  parts_->check_names();
  parts_->check_model(manifest);
}

EmbeddingFile::~EmbeddingFile() = default;
EmbeddingFile::EmbeddingFile(EmbeddingFile&&) noexcept = default;
EmbeddingFile& EmbeddingFile::operator=(EmbeddingFile&&) noexcept = default;

std::size_t EmbeddingFile::rows() const {
  return parts_->header.rows;
}

std::size_t EmbeddingFile::width() const {
  return parts_->header.width;
}

std::string EmbeddingFile::name(std::size_t row) const {
  const auto object = parts_->line(row);
  if (const auto name = name_in(object)) {
    return *name;
  }
  throw wrong(parts_->names_path, "line " + std::to_string(row + 1) + " has neither \"path\" nor \"text\"");
}

std::span<const float> EmbeddingFile::raw() const {
  const auto& header = parts_->header;
  if (header.type != "<f4" || header.size % alignof(float) != 0) {
    return {};
  }
  const char* const start = parts_->array.bytes().data() + header.size;
  return {reinterpret_cast<const float*>(start), header.rows * header.width};
}

void EmbeddingFile::read(std::size_t row, std::span<float> into) const {
  const auto& header = parts_->header;
  const auto size = header.width * parts_->item_size();
  const char* const from = parts_->array.bytes().data() + header.size + row * size;
  if (header.type == "<f4") {
    std::memcpy(into.data(), from, size);
  } else {
    for (std::size_t i = 0; i < header.width; ++i) {
      std::uint16_t half = 0;
      std::memcpy(&half, from + i * sizeof half, sizeof half);
      into[i] = from_half(half);
    }
  }
  const double length = length_of(into);
  if (!std::isfinite(length) || length == 0) {
    throw wrong(parts_->path, "row " + std::to_string(row) + " is not an embedding: zeros, or not numbers");
  }
  if (std::abs(length - 1) > kUnit) {
    normalize(into);
  }
}

}  // namespace clip_classify
