// Formats of rows and columns: one row for each label of each image.
#pragma once

#include <string>
#include <vector>

#include "clip_classify/writer.h"

namespace clip_classify {

/// Header `path,rank,label,score,similarity,error` (unless told not to; details stand behind the path), then
/// a row for each label, rank 1 being the best. An image that failed, or of which no label passed the
/// threshold, has one row whose other fields are empty but for details and the error, "CODE: MESSAGE"; so has
/// every record without a ranking. Lines end with LF. Paths are the bytes that were given, whether UTF-8 or
/// not.
class TableWriter : public Writer {
 public:
  void begin() override;
  void add(const Record& record) override;
  void end() override {}

 protected:
  TableWriter(const WriterOptions& options, Sink& sink, char separator)
      : sink_(sink), separator_(separator), header_(options.header), shape_(options.shape) {}

  /// A field as this format spells it.
  virtual std::string field(const std::string& text) const = 0;

 private:
  std::string line(const std::vector<std::string>& fields) const;

  Sink& sink_;
  char separator_;
  bool header_;
  RecordShape shape_;
};

}  // namespace clip_classify
