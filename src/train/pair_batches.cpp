#include "train/pair_batches.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "train/random.h"

namespace clip_classify {
namespace {

constexpr std::uint64_t kSplit = 1;
constexpr std::uint64_t kOrder = 2;
/// How many batches' worth of waiting pairs are looked through for one batch.
constexpr std::size_t kLookAhead = 8;

}  // namespace

PairSplit split_pairs(const std::vector<PairIds>& pairs, double share, std::uint64_t seed) {
  std::vector<std::size_t> images;
  images.reserve(pairs.size());
  for (const auto& pair : pairs) {
    images.push_back(pair.image);
  }
  std::ranges::sort(images);
  const auto repeated = std::ranges::unique(images);
  images.erase(repeated.begin(), repeated.end());
  Random({seed, kSplit}).shuffle(images);
  auto count = static_cast<std::size_t>(std::llround(share * static_cast<double>(images.size())));
  if (count < 2 || images.size() - count < 2) {
    count = 0;
  }
  const std::unordered_set<std::size_t> out(images.begin(),
                                            images.begin() + static_cast<std::ptrdiff_t>(count));
  PairSplit split;
  for (std::size_t index = 0; index < pairs.size(); ++index) {
    (out.contains(pairs[index].image) ? split.held_out : split.trained).push_back(index);
  }
  return split;
}

std::vector<std::vector<std::size_t>> batches_of(const std::vector<PairIds>& pairs,
                                                 std::vector<std::size_t> chosen, std::size_t size,
                                                 std::uint64_t seed, std::uint64_t epoch) {
  Random({seed, kOrder, epoch}).shuffle(chosen);
  std::vector<std::vector<std::size_t>> batches;
  std::vector<std::size_t> waiting;
  std::size_t taken = 0;
  while (taken < chosen.size() || !waiting.empty()) {
    std::vector<std::size_t> batch;
    std::vector<std::size_t> passed;
    std::unordered_set<std::size_t> images;
    std::unordered_set<std::size_t> texts;
    const auto offer = [&](std::size_t index) {
      const auto& pair = pairs[index];
      if (batch.size() == size || images.contains(pair.image) || texts.contains(pair.text)) {
        passed.push_back(index);
        return;
      }
      images.insert(pair.image);
      texts.insert(pair.text);
      batch.push_back(index);
    };
    std::ranges::for_each(waiting, offer);
    while (taken < chosen.size() && batch.size() < size && passed.size() < kLookAhead * size) {
      offer(chosen[taken++]);
    }
    waiting = std::move(passed);
    if (batch.size() > 1) {
      batches.push_back(std::move(batch));
    }
  }
  return batches;
}

}  // namespace clip_classify
