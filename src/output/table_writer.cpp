#include "output/table_writer.h"

#include "output/writers.h"

namespace clip_classify {
namespace {

std::string text_of(const Value& value) {
  return std::visit(
      [](const auto& held) -> std::string {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>) {
          return "";
        } else if constexpr (std::is_same_v<Held, bool>) {
          return held ? "true" : "false";
        } else if constexpr (std::is_same_v<Held, std::string>) {
          return held;
        } else if constexpr (std::is_same_v<Held, double>) {
          return shortest(held);
        } else {
          return std::to_string(held);
        }
      },
      value);
}

}  // namespace

std::string TableWriter::line(const std::vector<std::string>& fields) const {
  std::string text;
  for (const auto& entry : fields) text += field(entry) + separator_;
  text.back() = '\n';
  return text;
}

void TableWriter::begin() {
  if (!header_) {
    return;
  }
  std::vector<std::string> columns{"path"};
  columns.insert(columns.end(), shape_.details.begin(), shape_.details.end());
  if (!shape_.name.empty()) {
    columns.insert(columns.end(), {"rank", shape_.name, "score", "similarity"});
  }
  columns.emplace_back("error");
  sink_.write(line(columns));
}

void TableWriter::add(const Record& record) {
  std::vector<std::string> start{record.path};
  for (std::size_t i = 0; i < shape_.details.size(); ++i) {
    start.push_back(i < record.details.size() ? text_of(record.details[i]) : "");
  }
  std::string rows;
  const auto add_row = [&](const std::vector<std::string>& rest) {
    auto fields = start;
    fields.insert(fields.end(), rest.begin(), rest.end());
    rows += line(fields);
  };
  const std::string error = record.error ? record.error->code() + ": " + record.error->what() : "";
  if (shape_.name.empty()) {
    add_row({error});
  } else if (record.error || record.ranking.empty()) {
    add_row({"", "", "", "", error});
  } else {
    int rank = 0;
    for (const auto& [name, score, similarity] : record.ranking) {
      add_row({std::to_string(++rank), name, shortest(score), shortest(similarity), ""});
    }
  }
  sink_.write(rows);
}

}  // namespace clip_classify
