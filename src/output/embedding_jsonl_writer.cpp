#include <array>
#include <charconv>

#include "clip_classify/embedding_file.h"
#include "output/writers.h"
#include "store/embedding_names.h"

namespace clip_classify {
namespace {

class EmbeddingJsonlWriter : public EmbeddingWriter {
 public:
  explicit EmbeddingJsonlWriter(const std::optional<std::string>& path) : sink_(open_sink(path)) {}

  void add(EmbeddingKind kind, const std::string& name, std::span<const float> row) override {
    auto line = name_object(kind, name).dump();
    line.back() = ',';
    line += "\"embedding\":[";
    std::array<char, 32> digits{};
    for (const float value : row) {
      const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
      line.append(digits.data(), end) += ',';
    }
    line.back() = ']';
    sink_->write(line + "}\n");
  }

  void fail(const std::string& path, const Error& error) override {
    sink_->write(record_json({path, {}, error}, {}) + "\n");
  }

  void flush() override { sink_->flush(); }
  void commit() override { sink_->commit(); }

 private:
  std::unique_ptr<Sink> sink_;
};

}  // namespace

std::unique_ptr<EmbeddingWriter> make_embedding_jsonl_writer(const std::optional<std::string>& path) {
  return std::make_unique<EmbeddingJsonlWriter>(path);
}

}  // namespace clip_classify
