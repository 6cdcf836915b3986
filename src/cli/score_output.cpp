#include "cli/score_output.h"

#include <algorithm>

#include "output/formatted.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

constexpr std::size_t kNarrowestColumn = 10;

std::string right_aligned(const std::string& text, std::size_t columns) {
  return std::string(columns - std::min(columns, text.size()), ' ') + text;
}

std::string shown(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) {
    return formatted("%.4f", *number);
  }
  const auto* rank = std::get_if<std::int64_t>(&value);
  return rank != nullptr ? std::to_string(*rank) : "-";
}

std::size_t column_width(const std::string& name) {
  return std::max(kNarrowestColumn, name.size());
}

}  // namespace

RecordShape pair_shape(const PairFields& fields) {
  RecordShape shape{.details = {"text", "similarity", "clip_score"}, .name = ""};
  if (fields.references) {
    shape.details.emplace_back("ref_clip_score");
  }
  if (fields.ranks) {
    shape.details.insert(shape.details.end(), {"image_rank", "text_rank"});
  }
  return shape;
}

Record pair_record(const ScoredPair& pair, const PairFields& fields) {
  Record record{pair.path, {}, pair.error, {pair.text}};
  if (pair.error) {
    return record;
  }
  record.details.insert(record.details.end(), {pair.similarity, pair.clip_score});
  if (fields.references) {
    record.details.push_back(pair.ref_clip_score ? Value(*pair.ref_clip_score) : Value());
  }
  if (fields.ranks) {
    record.details.emplace_back(static_cast<std::int64_t>(pair.image_rank));
    record.details.emplace_back(static_cast<std::int64_t>(pair.text_rank));
  }
  return record;
}

std::string pair_heading(const RecordShape& shape) {
  std::string line;
  for (std::size_t i = 1; i < shape.details.size(); ++i) {
    line += right_aligned(shape.details[i], column_width(shape.details[i])) + "  ";
  }
  return line + "image  text\n";
}

std::string pair_line(const Record& record, const RecordShape& shape) {
  std::string line;
  for (std::size_t i = 1; i < record.details.size(); ++i) {
    line += right_aligned(shown(record.details[i]), column_width(shape.details[i])) + "  ";
  }
  return line + utf8::printable(record.path) + "  " +
         utf8::printable(std::get<std::string>(record.details[0])) + "\n";
}

}  // namespace clip_classify::cli
