#include <algorithm>
#include <cmath>
#include <numeric>

#include "output/columns.h"
#include "output/evaluation_numbers.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using Align = Columns::Align;

constexpr std::size_t kMostLabels = 10;
constexpr std::size_t kFewImages = 30;

std::string disparities(const EvaluationReport& report, const GroupsReport& groups) {
  std::vector<std::size_t> order(report.labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t label) {
    const auto given = groups.disparities[label].demographic_parity;
    return std::isnan(given) ? -1 : given;
  });
  order.resize(std::min(order.size(), kMostLabels));
  Columns columns({Align::left, Align::right, Align::right, Align::right});
  columns.add({"labels given most unlike", "demographic parity", "equalised odds",
               "MaxSkew@" + std::to_string(groups.skew_at)});
  for (const auto label : order) {
    columns.add({label_of(report.labels[label]), percent(groups.disparities[label].demographic_parity),
                 percent(groups.disparities[label].equalized_odds), plain(groups.max_skews[label])});
  }
  return columns.text();
}

}  // namespace

std::string groups_title(const GroupsReport& groups) {
  return "Groups by " + utf8::printable(groups.column) +
         (groups.outside > 0 ? " (" + std::to_string(groups.outside) + " images in none)" : "");
}

std::string groups_text(const EvaluationReport& report, const GroupsReport& groups) {
  Columns columns(std::vector<Align>(2 + 2 * report.figures.size(), Align::left));
  std::vector<std::string> names{"", "images"};
  for (const auto figure : report.figures) {
    names.insert(names.end(), {std::string(name_of(figure).title), ""});
  }
  columns.add(names);
  for (const auto& group : groups.groups) {
    std::vector<std::string> row{label_of(group.name),
                                 std::to_string(group.images) + (group.images < kFewImages ? ", few" : "")};
    for (std::size_t i = 0; i < group.figures.size(); ++i) {
      row.insert(row.end(), {shown(report.figures[i], group.figures[i].value),
                             shown(report.figures[i], group.figures[i].interval)});
    }
    columns.add(row);
  }
  auto text = columns.text() + '\n';
  Columns gaps(std::vector<Align>(5, Align::left));
  gaps.add({"largest gap", "", "", "by chance", ""});
  for (std::size_t i = 0; i < groups.gaps.size(); ++i) {
    const auto& [gap, interval, chance] = groups.gaps[i];
    const auto figure = report.figures[i];
    if (gap) {
      gaps.add(
          {std::string(name_of(figure).title), shown(figure, gap->size) + " " + shown(figure, interval),
           label_of(groups.groups[gap->highest].name) + " over " + label_of(groups.groups[gap->lowest].name),
           shown(figure, chance.mean), std::isfinite(chance.p_value) ? p_value(chance.p_value) : ""});
    }
  }
  text += gaps.text() + '\n';
  return text + disparities(report, groups);
}

std::string counterfactual_text(const EvaluationReport& report, const CounterfactualReport& counterfactual) {
  const auto figure = report.figures.front();
  auto text = std::string(name_of(figure).title) + " " + shown(figure, counterfactual.before.value) +
              " before, " + shown(figure, counterfactual.after.value) + " after; " +
              percent(counterfactual.changed) + " of images are labelled otherwise\n";
  Columns columns({Align::left, Align::right, Align::right, Align::right, Align::right, Align::left});
  columns.add({"", "similarity", "its size", "probability", "its size", ""});
  for (const auto& swapped : counterfactual.labels) {
    columns.add({label_of(report.labels[swapped.label]), formatted("%+.4f", swapped.similarity.mean),
                 formatted("%.4f", swapped.similarity.mean_size),
                 formatted("%+.1f%%", 100 * swapped.probability.mean), percent(swapped.probability.mean_size),
                 swapped.exchanged ? "is " + label_of(report.labels[*swapped.exchanged]) + " then" : ""});
  }
  return text + columns.text();
}

}  // namespace clip_classify
