#include "output/writers.h"

namespace clip_classify {
namespace {

/// One JSON array; a record a line, so that it can be read by eye and compared by diff.
class JsonWriter : public Writer {
 public:
  JsonWriter(const WriterOptions& options, Sink& sink) : shape_(options.shape), sink_(sink) {}

  void begin() override { sink_.write("["); }

  void add(const Record& record) override {
    sink_.write((empty_ ? "\n" : ",\n") + record_json(record, shape_));
    empty_ = false;
  }

  void end() override { sink_.write(empty_ ? "]\n" : "\n]\n"); }

 private:
  RecordShape shape_;
  Sink& sink_;
  bool empty_ = true;
};

}  // namespace

std::unique_ptr<Writer> make_json_writer(const WriterOptions& options, Sink& sink) {
  return std::make_unique<JsonWriter>(options, sink);
}

}  // namespace clip_classify
