#include "output/evaluation_report.h"

namespace clip_classify {
namespace {

/// RFC 4180, as csv_writer.cpp spells a field.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + '"';
}

std::string counts_csv(const EvaluationReport& report, const VariantReport& variant) {
  std::string csv = "label,true_positives,false_positives,false_negatives,true_negatives\n";
  for (std::size_t label = 0; label < report.labels.size(); ++label) {
    const auto& counts = variant.labels[label];
    csv += field(report.labels[label]);
    for (const auto count :
         {counts.true_positives, counts.false_positives, counts.false_negatives, counts.true_negatives}) {
      csv += ',' + std::to_string(count);
    }
    csv += '\n';
  }
  return csv;
}

}  // namespace

std::string confusion_csv(const EvaluationReport& report, const VariantReport& variant) {
  if (report.judged_alone) {
    return counts_csv(report, variant);
  }
  std::string csv = "truth";
  for (const auto& label : report.labels) {
    csv += ',' + field(label);
  }
  csv += '\n';
  const auto count = report.labels.size();
  for (std::size_t row = 0; row < count; ++row) {
    csv += field(report.labels[row]);
    for (std::size_t column = 0; column < count; ++column) {
      csv += ',' + std::to_string(variant.confusion[row * count + column]);
    }
    csv += '\n';
  }
  return csv;
}

}  // namespace clip_classify
