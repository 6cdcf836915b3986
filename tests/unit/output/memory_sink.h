// What a writer wrote.
#pragma once

#include <string>
#include <vector>

#include "clip_classify/writer.h"

namespace clip_classify {

class MemorySink : public Sink {
 public:
  void write(std::string_view bytes) override { all += bytes; }
  void flush() override {}
  void commit() override {}
  void rewrite_start(std::string_view bytes) override { all.replace(0, bytes.size(), bytes); }

  std::string all;
};

inline std::string written(const WriterOptions& options, const std::vector<Record>& records) {
  MemorySink sink;
  const auto writer = make_writer(options, sink);
  writer->begin();
  for (const auto& record : records) {
    writer->add(record);
  }
  writer->end();
  return sink.all;
}

inline Record failed(const std::string& path) {
  return {path, {}, input_error("decode", "not an image, or damaged")};
}

/// Paths that trip up formats: separators, quotes, line breaks, bytes that are not UTF-8.
inline std::vector<std::string> awkward_paths() {
  return {"plain.jpg",
          "a,b.jpg",
          "a\"b\".jpg",
          "a\nb.jpg",
          "a\r\nb.jpg",
          "a\tb.jpg",
          "a\\tb\\.jpg",
          " spaces .jpg ",
          "=1+2.jpg",
          "caf\xE9.jpg",
          "\xF0\x9F.jpg",
          "猫.jpg",
          "\x1b[31m.jpg",
          "'\"'.jpg",
          "\"",
          "\xED\xA0\x80",
          "-",
          "a\x7f"
          "b",
          "\xE2\x80\xA8"};
}

}  // namespace clip_classify
