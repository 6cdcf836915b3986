#include "output/table_writer.h"
#include "output/writers.h"

namespace clip_classify {
namespace {

/// RFC 4180, with LF: a field with a comma, quote or line break is quoted. Fields that a spreadsheet would
/// take for a formula stay as they are: the file is data, and programs read it back exactly.
class CsvWriter : public TableWriter {
 public:
  CsvWriter(const WriterOptions& options, Sink& sink) : TableWriter(options, sink, ',') {}

 protected:
  std::string field(const std::string& text) const override {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
      if (c == '"') quoted += '"';
      quoted += c;
    }
    return quoted + '"';
  }
};

}  // namespace

std::unique_ptr<Writer> make_csv_writer(const WriterOptions& options, Sink& sink) {
  return std::make_unique<CsvWriter>(options, sink);
}

}  // namespace clip_classify
