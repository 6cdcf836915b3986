#include "clip_classify/writer.h"

#include <stdexcept>

#include "output/writers.h"

namespace clip_classify {

void Sink::rewrite_start(std::string_view /*bytes*/) {
  throw output_error("this output is no file whose start could be written last");
}

std::unique_ptr<Writer> make_writer(const WriterOptions& options, Sink& sink) {
  switch (options.format) {
    case Format::text:
      return make_text_writer(options, sink);
    case Format::json:
      return make_json_writer(options, sink);
    case Format::jsonl:
      return make_jsonl_writer(options, sink);
    case Format::csv:
      return make_csv_writer(options, sink);
    case Format::tsv:
      return make_tsv_writer(options, sink);
  }
  throw std::logic_error("make_writer: unknown format");
}

}  // namespace clip_classify
