#include "cli/ask_accuracy.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "clip_classify/proportion.h"
#include "output/formatted.h"

namespace clip_classify::cli {
namespace {

using Json = nlohmann::ordered_json;

Json share(std::size_t part, std::size_t whole) {
  return whole == 0 ? Json() : Json(static_cast<double>(part) / static_cast<double>(whole));
}

Json mean(double sum, std::size_t count) {
  return count == 0 ? Json() : Json(sum / static_cast<double>(count));
}

/// Of a share with its interval, "n" being the whole.
Json figures(const char* name, std::size_t part, std::size_t whole) {
  const auto interval = wilson_interval(part, whole);
  return {{"n", whole}, {name, share(part, whole)}, {"low", interval.low}, {"high", interval.high}};
}

/// Objects of the same keys as rows below their names.
std::string rows_of(const Json& objects, char separator) {
  std::string lines;
  for (const auto& [name, value] : objects.front().items()) {
    lines.append(name) += separator;
  }
  lines.back() = '\n';
  for (const auto& object : objects) {
    for (const auto& [name, value] : object.items()) {
      lines += value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
      lines += separator;
    }
    lines.back() = '\n';
  }
  return lines;
}

bool is_json(Format format) {
  return format == Format::json || format == Format::jsonl;
}

}  // namespace

void AnswerAccuracy::add(QuestionType type, bool correct, std::size_t answers) {
  for (auto* count : {&types_[type], &all_}) {
    ++count->asked;
    count->right += correct ? 1 : 0;
    count->chance += 1 / static_cast<double>(answers);
  }
}

std::string AnswerAccuracy::show(Format format) const {
  Json rows = Json::array();
  const auto add = [&](std::string_view type, const Count& count) {
    Json row{{"type", type}};
    row.update(figures("accuracy", count.right, count.asked));
    row["chance"] = mean(count.chance, count.asked);
    rows.push_back(std::move(row));
  };
  for (const auto& [type, count] : types_) {
    add(name_of(type), count);
  }
  add("all", all_);
  if (is_json(format)) {
    return Json{{"accuracy", std::move(rows)}}.dump() + "\n";
  }
  if (format != Format::text) {
    return rows_of(rows, format == Format::csv ? ',' : '\t');
  }
  std::string lines = "type        right  95 % interval       chance  questions\n";
  for (const auto& row : rows) {
    const bool any = row["n"].get<std::size_t>() > 0;
    lines +=
        formatted("%-10s %5.1f%%  %5.1f%% to %5.1f%%  %6.1f%%  %9zu\n",
                  row["type"].get<std::string>().c_str(), any ? 100 * row["accuracy"].get<double>() : 0.0,
                  100 * row["low"].get<double>(), 100 * row["high"].get<double>(),
                  any ? 100 * row["chance"].get<double>() : 0.0, row["n"].get<std::size_t>());
  }
  return lines;
}

void StatementAccuracy::add(double probability, Verdict verdict, bool right) {
  ++count_;
  decided_ += verdict != Verdict::cannot_tell ? 1 : 0;
  right_ += verdict == (right ? Verdict::is_true : Verdict::is_false) ? 1 : 0;
  const auto place = static_cast<std::size_t>(probability * static_cast<double>(bins_.size()));
  auto& bin = bins_[std::min(place, bins_.size() - 1)];
  ++bin.count;
  bin.true_ones += right ? 1 : 0;
  bin.probability += probability;
}

std::string StatementAccuracy::show(Format format) const {
  const auto right = figures("accuracy", right_, decided_);
  const auto decided = figures("decided", decided_, count_);
  Json bins = Json::array();
  for (std::size_t i = 0; i < bins_.size(); ++i) {
    const auto& bin = bins_[i];
    const auto edge = [&](std::size_t place) {
      return static_cast<double>(place) / static_cast<double>(bins_.size());
    };
    bins.push_back({{"from", edge(i)},
                    {"to", edge(i + 1)},
                    {"n", bin.count},
                    {"probability", mean(bin.probability, bin.count)},
                    {"true", share(bin.true_ones, bin.count)}});
  }
  if (is_json(format)) {
    return Json{{"right_where_decided", right}, {"decided", decided}, {"reliability", bins}}.dump() + "\n";
  }
  if (format != Format::text) {
    return rows_of(bins, format == Format::csv ? ',' : '\t');
  }
  std::string lines;
  const auto add = [&](const char* title, const char* name, const Json& found) {
    if (!found[name].is_null()) {
      lines += formatted("%-20s %5.1f%%  (95 %%: %.1f%% to %.1f%%)  of %zu\n", title,
                         100 * found[name].get<double>(), 100 * found["low"].get<double>(),
                         100 * found["high"].get<double>(), found["n"].get<std::size_t>());
    }
  };
  add("right where decided", "accuracy", right);
  add("decided", "decided", decided);
  lines += "\nprobability   on average  were true  statements\n";
  for (const auto& bin : bins) {
    lines += formatted("%3.0f%% to %3.0f%%", 100 * bin["from"].get<double>(), 100 * bin["to"].get<double>());
    lines += bin["true"].is_null() ? formatted("  %10s  %9s", "-", "-")
                                   : formatted("  %9.1f%%  %8.1f%%", 100 * bin["probability"].get<double>(),
                                               100 * bin["true"].get<double>());
    lines += formatted("  %10zu\n", bin["n"].get<std::size_t>());
  }
  return lines;
}

}  // namespace clip_classify::cli
