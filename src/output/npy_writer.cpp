#include <vector>

#include "clip_classify/embedding_file.h"
#include "clip_classify/embeddings.h"
#include "store/embedding_names.h"
#include "store/npy_header.h"
#include "store/spaces.h"

namespace clip_classify {
namespace {

class NpyWriter : public EmbeddingWriter {
 public:
  NpyWriter(const std::string& path, const Manifest& manifest, FloatType type)
      : type_(type),
        width_(static_cast<std::size_t>(manifest.embedding_width)),
        model_(manifest.name),
        space_(model_space(manifest)),
        array_(open_sink(path)),
        names_(open_sink(names_beside(path))) {
    array_->write(header());
  }

  void add(EmbeddingKind kind, const std::string& name, std::span<const float> row) override {
    if (type_ == FloatType::float32) {
      array_->write({reinterpret_cast<const char*>(row.data()), row.size_bytes()});
    } else {
      std::vector<std::uint16_t> halves;
      halves.reserve(row.size());
      for (const float value : row) {
        halves.push_back(to_half(value));
      }
      array_->write({reinterpret_cast<const char*>(halves.data()), halves.size() * sizeof(std::uint16_t)});
    }
    auto object = name_object(kind, name);
    object["model"] = model_;
    object["space"] = space_;
    names_->write(object.dump() + "\n");
    ++rows_;
  }

  void fail(const std::string& /*path*/, const Error& /*error*/) override {}
  void flush() override {}

  void commit() override {
    array_->rewrite_start(header());
    names_->commit();
    array_->commit();
  }

 private:
  std::string header() const {
    return npy_header(type_ == FloatType::float32 ? "<f4" : "<f2", rows_, width_);
  }

  FloatType type_;
  std::size_t width_;
  std::size_t rows_ = 0;
  std::string model_;
  std::string space_;
  std::unique_ptr<Sink> array_;
  std::unique_ptr<Sink> names_;
};

}  // namespace

std::unique_ptr<EmbeddingWriter> make_npy_writer(const std::string& path, const Manifest& manifest,
                                                 FloatType type) {
  return std::make_unique<NpyWriter>(path, manifest, type);
}

}  // namespace clip_classify
