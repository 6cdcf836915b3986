// Formats of rows and columns: one row for each label of each image.
#pragma once

#include <string>

#include "clip_classify/writer.h"

namespace clip_classify {

/// Header `path,rank,label,score,similarity,error` (unless told not to), then a row for each label, rank 1
/// being the best. An image that failed, or of which no label passed the threshold, has one row whose other
/// fields are empty but for the error, "CODE: MESSAGE". Lines end with LF. Paths are the bytes that were
/// given, whether UTF-8 or not.
class TableWriter : public Writer {
 public:
  void begin() override;
  void add(const Record& record) override;
  void end() override {}

 protected:
  TableWriter(const WriterOptions& options, Sink& sink, char separator)
      : sink_(sink), separator_(separator), header_(options.header) {}

  /// A field as this format spells it.
  virtual std::string field(const std::string& text) const = 0;

 private:
  Sink& sink_;
  char separator_;
  bool header_;
};

}  // namespace clip_classify
