// For whom a classifier is wrong: how figures and predictions differ between groups of images.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "clip_classify/evaluation.h"

namespace clip_classify {

/// A group of each image, a number from 0 on; images in no group have none.
using Groups = std::vector<std::optional<std::size_t>>;

/// The images of each group, in order.
std::vector<std::vector<std::size_t>> members(const Groups& groups, std::size_t count);

/// The largest and the smallest of the groups' values; NaN values take no part. Nothing where fewer than two
/// groups have one.
struct Gap {
  double size = 0.0;
  std::size_t highest = 0;  ///< groups
  std::size_t lowest = 0;
};
std::optional<Gap> largest_gap(std::span<const double> values);

/// How large a gap is where groups do not matter: the same images, their groups shuffled.
struct ChanceGap {
  double mean = 0.0;     ///< over the shuffles
  double p_value = 1.0;  ///< the share of gaps at least as large as the one that was found, itself among them
};

/// For each of the measure's figures; NaN where there is no gap.
std::vector<ChanceGap> chance_gaps(const Measure& measure, const Groups& groups, std::size_t count,
                                   std::size_t shuffles, std::uint64_t seed,
                                   const std::stop_token& stop = {});

/// How differently one label is given to groups, as Fairlearn defines it: the largest difference between
/// groups of the share of images that are given the label (demographic parity; Agarwal et al. 2018), and of
/// the larger of two: the shares given it among images that it is right for, and among the others (equalised
/// odds; Hardt et al. 2016). A group without images of one kind takes no part in that kind's difference
/// (Fairlearn counts its share as 0). NaN where fewer than two groups are left.
struct Disparity {
  double demographic_parity = 0.0;
  double equalized_odds = 0.0;
};
Disparity disparity(std::span<const BinaryCounts> by_group);

/// MaxSkew@k (Geyik et al. 2019, "Fairness-Aware Ranking in Search & Recommendation Systems"): the largest ln
/// of a group's share among the first k over its share among all; 0 where every group has its share. Images
/// in no group are left out of both. `ranked` holds images, best first. NaN without any.
double max_skew(std::span<const std::size_t> ranked, const Groups& groups, std::size_t count, std::size_t k);

/// Images by a label's logit, best first; equal ones in their order.
std::vector<std::size_t> ranked_by(const Logits& logits, std::size_t label);

}  // namespace clip_classify
