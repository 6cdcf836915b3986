#include "output/writers.h"

namespace clip_classify {
namespace {

/// One JSON object an image, a line each.
class JsonlWriter : public Writer {
 public:
  JsonlWriter(const WriterOptions& options, Sink& sink) : shape_(options.shape), sink_(sink) {}

  void begin() override {}
  void add(const Record& record) override { sink_.write(record_json(record, shape_) + "\n"); }
  void end() override {}

 private:
  RecordShape shape_;
  Sink& sink_;
};

}  // namespace

std::unique_ptr<Writer> make_jsonl_writer(const WriterOptions& options, Sink& sink) {
  return std::make_unique<JsonlWriter>(options, sink);
}

}  // namespace clip_classify
