#include "clip_classify/group_figures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "clip_classify/error.h"
#include "clip_classify/resampling.h"

namespace clip_classify {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// For each figure, the gap between groups; NaN where there is none.
std::vector<double> gaps(const Measure& measure, const Groups& groups, std::size_t count) {
  std::vector<std::vector<double>> values(measure.figures.size());  // by group
  std::vector<std::uint32_t> times(groups.size());
  for (std::size_t group = 0; group < count; ++group) {
    std::ranges::transform(groups, times.begin(), [&](const auto& of) { return of == group ? 1U : 0U; });
    const auto figures = measure.of(times);
    for (std::size_t figure = 0; figure < figures.size(); ++figure) {
      values[figure].push_back(figures[figure]);
    }
  }
  std::vector<double> sizes;
  for (const auto& of_figure : values) {
    const auto gap = largest_gap(of_figure);
    sizes.push_back(gap ? gap->size : kNone);
  }
  return sizes;
}

/// Of the groups that have a share at all.
template <typename Part, typename Whole>
double share_difference(std::span<const BinaryCounts> by_group, Part part, Whole whole) {
  std::vector<double> shares;
  for (const auto& counts : by_group) {
    shares.push_back(
        whole(counts) == 0 ? kNone : static_cast<double>(part(counts)) / static_cast<double>(whole(counts)));
  }
  const auto gap = largest_gap(shares);
  return gap ? gap->size : kNone;
}

}  // namespace

std::vector<std::vector<std::size_t>> members(const Groups& groups, std::size_t count) {
  std::vector<std::vector<std::size_t>> images(count);
  for (std::size_t image = 0; image < groups.size(); ++image) {
    if (const auto& group = groups[image]) {
      images[*group].push_back(image);
    }
  }
  return images;
}

std::optional<Gap> largest_gap(std::span<const double> values) {
  std::vector<std::size_t> known;
  for (std::size_t group = 0; group < values.size(); ++group) {
    if (!std::isnan(values[group])) {
      known.push_back(group);
    }
  }
  if (known.size() < 2) {
    return std::nullopt;
  }
  const auto value = [&](std::size_t group) { return values[group]; };
  const auto highest = *std::ranges::max_element(known, {}, value);
  const auto lowest = *std::ranges::min_element(known, {}, value);
  return Gap{values[highest] - values[lowest], highest, lowest};
}

std::vector<ChanceGap> chance_gaps(const Measure& measure, const Groups& groups, std::size_t count,
                                   std::size_t shuffles, std::uint64_t seed, const std::stop_token& stop) {
  const auto found = gaps(measure, groups, count);
  std::vector<double> sums(found.size());
  std::vector<std::size_t> known(found.size());  // shuffles that have a gap
  std::vector<std::size_t> as_large(found.size(), 1);
  std::vector<std::size_t> grouped;  // images that are in a group
  for (std::size_t image = 0; image < groups.size(); ++image) {
    if (groups[image]) {
      grouped.push_back(image);
    }
  }
  auto shuffled = groups;
  Draws draws(seed);
  for (std::size_t shuffle = 0; shuffle < shuffles; ++shuffle) {
    if (stop.stop_requested()) {
      throw Interrupted("interrupted while groups were compared");
    }
    for (std::size_t left = grouped.size(); left > 1; --left) {
      std::swap(shuffled[grouped[left - 1]], shuffled[grouped[draws.next(left)]]);
    }
    const auto by_chance = gaps(measure, shuffled, count);
    for (std::size_t figure = 0; figure < found.size(); ++figure) {
      if (std::isnan(by_chance[figure])) {
        continue;
      }
      sums[figure] += by_chance[figure];
      ++known[figure];
      // Sums of the same numbers in another order differ in their last digits.
      as_large[figure] += by_chance[figure] >= found[figure] - 1e-12 ? 1 : 0;
    }
  }
  std::vector<ChanceGap> chances;
  for (std::size_t figure = 0; figure < found.size(); ++figure) {
    const bool any = !std::isnan(found[figure]) && known[figure] > 0;
    const auto tried = static_cast<double>(known[figure]);
    chances.push_back({any ? sums[figure] / tried : kNone,
                       any ? static_cast<double>(as_large[figure]) / (tried + 1) : kNone});
  }
  return chances;
}

Disparity disparity(std::span<const BinaryCounts> by_group) {
  const double given = share_difference(
      by_group, [](const BinaryCounts& counts) { return counts.predicted(); },
      [](const BinaryCounts& counts) { return counts.images(); });
  const double where_right = share_difference(
      by_group, [](const BinaryCounts& counts) { return counts.true_positives; },
      [](const BinaryCounts& counts) { return counts.positives(); });
  const double where_wrong = share_difference(
      by_group, [](const BinaryCounts& counts) { return counts.false_positives; },
      [](const BinaryCounts& counts) { return counts.images() - counts.positives(); });
  return {given, std::fmax(where_right, where_wrong)};
}

double max_skew(std::span<const std::size_t> ranked, const Groups& groups, std::size_t count, std::size_t k) {
  std::vector<double> among_all(count);
  std::vector<double> among_first(count);
  double all = 0;
  double first = 0;
  for (const auto image : ranked) {
    const auto& group = groups[image];
    if (!group) {
      continue;
    }
    among_all[*group] += 1;
    all += 1;
    if (first < static_cast<double>(k)) {
      among_first[*group] += 1;
      first += 1;
    }
  }
  if (first == 0) {
    return kNone;
  }
  double skew = -std::numeric_limits<double>::infinity();
  for (std::size_t group = 0; group < count; ++group) {
    if (among_first[group] > 0) {
      skew = std::max(skew, std::log(among_first[group] / first / (among_all[group] / all)));
    }
  }
  return skew;
}

std::vector<std::size_t> ranked_by(const Logits& logits, std::size_t label) {
  std::vector<std::size_t> images(logits.images);
  std::iota(images.begin(), images.end(), std::size_t{0});
  std::ranges::sort(images, {},
                    [&](std::size_t image) { return std::pair(-logits.row(image)[label], image); });
  return images;
}

}  // namespace clip_classify
