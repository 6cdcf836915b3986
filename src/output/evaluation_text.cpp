#include <algorithm>
#include <numeric>

#include "output/columns.h"
#include "output/evaluation_numbers.h"
#include "output/evaluation_report.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using Align = Columns::Align;

constexpr std::size_t kMostRows = 30;  ///< of labels
constexpr std::size_t kMostMatrixLabels = 10;
constexpr int kWidestHeading = 9;

class Text {
 public:
  Text(const EvaluationReport& report, bool color) : report_(report), color_(color) {}

  std::string all();

 private:
  void heading(const std::string& title) {
    text_ += '\n' + (color_ ? "\x1b[1m" + title + "\x1b[0m" : title) + '\n';
  }
  std::string of_variant(const VariantReport& variant) const {
    return report_.variants.size() > 1 ? " of " + variant.name : "";
  }

  void figures();
  void comparisons();
  void labels(const VariantReport& variant);
  void matrix(const VariantReport& variant);
  void reliability(const VariantReport& variant);
  void mistakes(const VariantReport& variant);
  std::string taken_for(const VariantReport& variant, std::size_t label) const;

  const EvaluationReport& report_;
  bool color_;
  std::string text_;
};

std::string Text::all() {
  const auto& base = report_.variants.front();
  text_ =
      std::to_string(report_.images) + " images, " + std::to_string(report_.labels.size()) + " labels" +
      (report_.judged_alone ? ", each judged alone" : "") +
      (report_.variants.size() == 1 ? ", model " + utf8::printable(base.model) : "") +
      (report_.variants.size() == 1 && base.classifier ? ", classifier " + utf8::printable(*base.classifier)
                                                       : "") +
      '\n';
  figures();
  comparisons();
  labels(base);
  matrix(base);
  reliability(base);
  mistakes(base);
  for (const auto& variant : report_.variants) {
    if (variant.groups) {
      heading(groups_title(*variant.groups) + of_variant(variant));
      text_ += groups_text(report_, *variant.groups);
    }
    if (variant.counterfactual) {
      heading((report_.variants.size() > 1 ? variant.name + " with " : "With ") +
              utf8::printable(variant.counterfactual->pairs) + " swapped");
      text_ += counterfactual_text(report_, *variant.counterfactual);
    }
  }
  heading("What these figures can't show");
  for (const auto& limit : limits_of(report_)) {
    text_ += "- " + limit + '\n';
  }
  return std::move(text_);
}

void Text::figures() {
  const bool several = report_.variants.size() > 1;
  Columns columns(std::vector<Align>(1 + 2 * report_.variants.size(), Align::left));
  text_ += '\n';
  if (several) {
    std::vector<std::string> names{""};
    for (const auto& variant : report_.variants) {
      names.insert(names.end(), {variant.name, ""});
    }
    columns.add(names);
  }
  for (std::size_t i = 0; i < report_.figures.size(); ++i) {
    const auto figure = report_.figures[i];
    std::vector<std::string> row{std::string(name_of(figure).title)};
    for (const auto& variant : report_.variants) {
      row.insert(row.end(),
                 {shown(figure, variant.figures[i].value), shown(figure, variant.figures[i].interval)});
    }
    columns.add(row);
  }
  std::vector<std::string> temperatures{"temperature that would fix it"};
  std::vector<std::string> after{"calibration error with it"};
  for (const auto& variant : report_.variants) {
    const auto& calibration = variant.calibration;
    const bool fixed = calibration.temperature.has_value();
    temperatures.insert(temperatures.end(),
                        {fixed ? formatted("%.3g", *calibration.temperature) : "none", ""});
    after.insert(after.end(), {fixed ? plain(calibration.error_after) : "-", ""});
  }
  columns.add(temperatures);
  columns.add(after);
  text_ += columns.text();
}

void Text::comparisons() {
  if (report_.comparisons.empty()) {
    return;
  }
  heading("Differences (McNemar's exact test)");
  Columns columns(std::vector<Align>(4, Align::left));
  for (const auto& comparison : report_.comparisons) {
    const auto& first = report_.variants[comparison.first].name;
    const auto& second = report_.variants[comparison.second].name;
    const auto figure = report_.figures.front();
    std::string change(name_of(figure).title);
    change.append(" ").append(points(figure, comparison.differences.front()));
    std::string counts = "only ";
    counts.append(second).append(" right ").append(std::to_string(comparison.test.only_second));
    counts.append(", only ").append(first).append(" ").append(std::to_string(comparison.test.only_first));
    columns.add({std::string(second).append(" against ").append(first), change, counts,
                 p_value(comparison.test.p_value)});
  }
  text_ += columns.text();
}

/// The wrong label that a class's images were given most often.
std::string Text::taken_for(const VariantReport& variant, std::size_t label) const {
  std::size_t most = label;
  std::size_t count = 0;
  for (std::size_t other = 0; other < report_.labels.size() && !variant.confusion.empty(); ++other) {
    const auto cell = variant.confusion[label * report_.labels.size() + other];
    if (other != label && cell > count) {
      most = other;
      count = cell;
    }
  }
  return count == 0 ? "" : label_of(report_.labels[most]) + " (" + std::to_string(count) + ")";
}

void Text::labels(const VariantReport& variant) {
  std::vector<std::size_t> order(report_.labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const bool cut = order.size() > kMostRows;
  if (cut) {
    std::erase_if(order, [&](std::size_t label) { return variant.labels[label].positives() == 0; });
    std::ranges::sort(order, {},
                      [&](std::size_t label) { return std::pair(variant.labels[label].f1(), label); });
    order.resize(std::min(order.size(), kMostRows));
  }
  heading((cut ? "The labels with the lowest F1" : "Labels") + of_variant(variant));
  Columns columns({Align::left, Align::right, Align::right, Align::right, Align::right, Align::left});
  columns.add({"", "images", "recall", "precision", "F1",
               report_.judged_alone ? "average precision" : "most often taken for"});
  for (const auto label : order) {
    const auto& counts = variant.labels[label];
    columns.add(
        {label_of(report_.labels[label]), std::to_string(counts.positives()),
         counts.positives() > 0 ? percent(counts.recall()) : "-",
         counts.predicted() > 0 ? percent(counts.precision()) : "-", percent(counts.f1()),
         report_.judged_alone ? percent(variant.average_precisions[label]) : taken_for(variant, label)});
  }
  text_ += columns.text();
}

void Text::matrix(const VariantReport& variant) {
  const auto count = report_.labels.size();
  if (variant.confusion.empty() || count > kMostMatrixLabels) {
    return;
  }
  heading("Confusion matrix" + of_variant(variant) +
          ": a row for each class, a column for each label it was given");
  std::vector<Align> aligns(1 + count, Align::right);
  aligns.front() = Align::left;
  Columns columns(aligns);
  std::vector<std::string> names{""};
  for (const auto& label : report_.labels) {
    names.push_back(label_of(label, kWidestHeading));
  }
  columns.add(names);
  for (std::size_t row = 0; row < count; ++row) {
    std::vector<std::string> cells{label_of(report_.labels[row])};
    for (std::size_t column = 0; column < count; ++column) {
      const auto cell = variant.confusion[row * count + column];
      cells.push_back(cell > 0 ? std::to_string(cell) : ".");
    }
    columns.add(cells);
  }
  text_ += columns.text();
}

void Text::reliability(const VariantReport& variant) {
  heading("Reliability" + of_variant(variant) + ": where it says so much, how much is right");
  Columns columns({Align::left, Align::right, Align::right, Align::right});
  columns.add({"", "said", "right", report_.judged_alone ? "images and labels" : "images"});
  const auto& bins = variant.calibration.bins;
  const auto width = 100.0 / static_cast<double>(bins.size());
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const auto& bin = bins[i];
    const auto low = static_cast<double>(i) * width;
    if (bin.count > 0) {
      columns.add({formatted("%.0f to %.0f%%", low, low + width), percent(bin.probability),
                   percent(bin.share_right), std::to_string(bin.count)});
    }
  }
  text_ += columns.text();
}

void Text::mistakes(const VariantReport& variant) {
  if (variant.mistakes.empty()) {
    return;
  }
  heading("Mistakes" + of_variant(variant) + ", the most confident first");
  Columns columns({Align::right, Align::left, Align::left, Align::left});
  for (const auto& mistake : variant.mistakes) {
    std::string truth;
    for (const auto& name : mistake.truth) {
      truth += (truth.empty() ? "" : ", ") + name;
    }
    columns.add({percent(mistake.probability), (mistake.missed ? "missed " : "") + label_of(mistake.label),
                 "is " + (truth.empty() ? "none" : label_of(truth, 2 * kWidestLabel)),
                 utf8::printable(mistake.path)});
  }
  text_ += columns.text();
}

}  // namespace

std::string evaluation_text(const EvaluationReport& report, bool color) {
  return Text(report, color).all();
}

}  // namespace clip_classify
