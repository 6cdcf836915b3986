#include "output/table_writer.h"

#include <initializer_list>

#include "output/writers.h"

namespace clip_classify {

void TableWriter::begin() {
  if (!header_) {
    return;
  }
  std::string header = "path,rank,label,score,similarity,error\n";
  for (char& c : header) {
    if (c == ',') c = separator_;
  }
  sink_.write(header);
}

void TableWriter::add(const Record& record) {
  std::string rows;
  const auto add_row = [&](std::initializer_list<std::string> fields) {
    for (const auto& text : fields) rows += field(text) + separator_;
    rows.back() = '\n';
  };
  if (record.error) {
    add_row({record.path, "", "", "", "", record.error->code() + ": " + record.error->what()});
  } else if (record.labels.empty()) {
    add_row({record.path, "", "", "", "", ""});
  }
  int rank = 0;
  if (!record.error) {
    for (const auto& [label, score, similarity] : record.labels) {
      add_row({record.path, std::to_string(++rank), label, shortest(score), shortest(similarity), ""});
    }
  }
  sink_.write(rows);
}

}  // namespace clip_classify
