// Which pairs are held out, and which are compared with each other in the steps of an epoch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace clip_classify {

/// A pair by numbers; equal images have equal numbers, and so have equal texts.
struct PairIds {
  std::size_t image = 0;
  std::size_t text = 0;
};

struct PairSplit {
  std::vector<std::size_t> trained;  ///< indices of pairs
  std::vector<std::size_t> held_out;
};

/// Holds out about `share` of the images with all pairs they are in, at random; none where fewer than two
/// images would be held out, or fewer than two left.
PairSplit split_pairs(const std::vector<PairIds>& pairs, double share, std::uint64_t seed);

/// The pairs `chosen` in batches of `size` in random order. No image and no text is in a batch twice: the
/// loss would take what belongs together for a wrong pair. Pairs that find no place among others wait for a
/// later batch; batches of few different texts are smaller, and what could only stand alone is left out.
std::vector<std::vector<std::size_t>> batches_of(const std::vector<PairIds>& pairs,
                                                 std::vector<std::size_t> chosen, std::size_t size,
                                                 std::uint64_t seed, std::uint64_t epoch);

}  // namespace clip_classify
