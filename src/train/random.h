// Random numbers that are the same on every machine, drawn from what they are for rather than from a state:
// a training that goes on after a kill draws what it would have drawn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "classify/split_mix.h"

namespace clip_classify {

class Random {
 public:
  /// `purpose`: what tells this sequence from others, such as a seed, an epoch and an image.
  Random(std::initializer_list<std::uint64_t> purpose) {
    for (const auto part : purpose) {
      bits_ = SplitMix64(bits_.next() ^ part);
    }
  }

  std::uint64_t next() { return bits_.next(); }

  /// From 0 up to 1.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  template <typename T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t left = values.size(); left > 1; --left) {
      std::swap(values[left - 1], values[static_cast<std::size_t>(uniform() * static_cast<double>(left))]);
    }
  }

 private:
  SplitMix64 bits_{0};
};

}  // namespace clip_classify
