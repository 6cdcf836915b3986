#include "output/table_writer.h"
#include "output/writers.h"

namespace clip_classify {
namespace {

/// Every line is a row and every tab a separator, so that cut, awk and sort work: in fields, a tab, line
/// feed, carriage return and backslash are written \t, \n, \r and \\.
class TsvWriter : public TableWriter {
 public:
  TsvWriter(const WriterOptions& options, Sink& sink) : TableWriter(options, sink, '\t') {}

 protected:
  std::string field(const std::string& text) const override {
    std::string escaped;
    for (const char c : text) {
      switch (c) {
        case '\t':
          escaped += "\\t";
          break;
        case '\n':
          escaped += "\\n";
          break;
        case '\r':
          escaped += "\\r";
          break;
        case '\\':
          escaped += "\\\\";
          break;
        default:
          escaped += c;
      }
    }
    return escaped;
  }
};

}  // namespace

std::unique_ptr<Writer> make_tsv_writer(const WriterOptions& options, Sink& sink) {
  return std::make_unique<TsvWriter>(options, sink);
}

}  // namespace clip_classify
