#include "cli/ask_rules.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "cli/app.h"
#include "clip_classify/question.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

using Row = std::array<std::string, 4>;

std::string table() {
  std::vector<Row> rows{{"rule", "type", "question + answer", "statement"}};
  for (const auto& rule : question_rules()) {
    rows.push_back({std::string(rule.name), std::string(name_of(rule.type)),
                    std::string(rule.question) + " + " + std::string(rule.answer),
                    std::string(rule.statement)});
  }
  std::array<int, 4> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], utf8::width(row[i]));
    }
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      text += row[i] + std::string(static_cast<std::size_t>(widths[i] - utf8::width(row[i]) + 2), ' ');
    }
    text += row.back() + "\n";
  }
  return text;
}

std::string json(Format format) {
  auto all = nlohmann::ordered_json::array();
  std::string lines;
  for (const auto& rule : question_rules()) {
    all.push_back({{"rule", rule.name},
                   {"type", name_of(rule.type)},
                   {"question", rule.question},
                   {"answer", rule.answer},
                   {"statement", rule.statement}});
    lines += all.back().dump() + "\n";
  }
  return format == Format::json ? all.dump() + "\n" : lines;
}

}  // namespace

int list_question_rules(const OutputOptions& output) {
  const auto format = chosen_format(output);
  const auto sink = open_sink(output.file);
  sink->write(format == Format::text ? table() : json(format));
  sink->commit();
  return kDone;
}

}  // namespace clip_classify::cli
