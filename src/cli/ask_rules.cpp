#include "cli/ask_rules.h"

#include <nlohmann/json.hpp>

#include "cli/app.h"
#include "clip_classify/question.h"
#include "output/columns.h"

namespace clip_classify::cli {
namespace {

std::string table() {
  using enum Columns::Align;
  Columns columns({left, left, left, left});
  columns.add({"rule", "type", "question + answer", "statement"});
  for (const auto& rule : question_rules()) {
    columns.add({std::string(rule.name), std::string(name_of(rule.type)),
                 std::string(rule.question) + " + " + std::string(rule.answer), std::string(rule.statement)});
  }
  return columns.text();
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
