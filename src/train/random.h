// Random numbers that are the same on every machine, drawn from what they are for rather than from a state:
// a training that goes on after a kill draws what it would have drawn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace clip_classify {

/// SplitMix64 (Steele, Lea and Flood 2014).
class Random {
 public:
  /// `purpose`: what tells this sequence from others, such as a seed, an epoch and an image.
  Random(std::initializer_list<std::uint64_t> purpose) {
    for (const auto part : purpose) {
      state_ = next() ^ part;
    }
  }

  std::uint64_t next() {
    auto value = state_ += 0x9E3779B97F4A7C15;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
    return value ^ (value >> 31);
  }

  /// From 0 up to 1.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  template <typename T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t left = values.size(); left > 1; --left) {
      std::swap(values[left - 1], values[static_cast<std::size_t>(uniform() * static_cast<double>(left))]);
    }
  }

 private:
  std::uint64_t state_ = 0;
};

}  // namespace clip_classify
