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
  std::ranges::sort(order, {}, [&](std::size_t label) {
    const auto given = groups.disparities[label].demographic_parity;
    return std::pair(std::isnan(given) ? 1 : -given, label);
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
  Columns columns(std::vector<Align>(5, Align::left));
  for (std::size_t i = 0; i < report.figures.size(); ++i) {
    const auto figure = report.figures[i];
    std::string title(name_of(figure).title);
    for (const auto& group : groups.groups) {
      const auto& estimate = group.figures[i];
      columns.add({title, label_of(group.name), shown(figure, estimate.value),
                   shown(figure, estimate.interval),
                   std::to_string(group.images) + " images" + (group.images < kFewImages ? ", few" : "")});
      title.clear();
    }
    if (const auto& [gap, interval, chance] = groups.gaps[i]; gap) {
      columns.add(
          {"",
           label_of(groups.groups[gap->highest].name) + " over " + label_of(groups.groups[gap->lowest].name),
           shown(figure, gap->size), shown(figure, interval),
           std::isfinite(chance.p_value)
               ? "by chance " + shown(figure, chance.mean) + ", " + p_value(chance.p_value)
               : ""});
    }
  }
  return columns.text() + '\n' + disparities(report, groups);
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
