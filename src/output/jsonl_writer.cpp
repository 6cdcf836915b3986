#include "output/writers.h"

namespace clip_classify {
namespace {

/// One JSON object an image, a line each.
class JsonlWriter : public Writer {
 public:
  explicit JsonlWriter(Sink& sink) : sink_(sink) {}

  void begin() override {}
  void add(const Record& record) override { sink_.write(record_json(record) + "\n"); }
  void end() override {}

 private:
  Sink& sink_;
};

}  // namespace

std::unique_ptr<Writer> make_jsonl_writer(Sink& sink) {
  return std::make_unique<JsonlWriter>(sink);
}

}  // namespace clip_classify
