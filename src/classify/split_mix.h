// Random bits that are the same on every machine, which the library's distributions are not.
#pragma once

#include <cstddef>
#include <cstdint>

namespace clip_classify {

/// SplitMix64 (Steele, Lea and Flood 2014).
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t state) : state_(state) {}

  std::uint64_t next() {
    auto value = state_ += kStep;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
    return value ^ (value >> 31);
  }

  std::size_t below(std::size_t limit) { return next() % limit; }

  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;  ///< of the state

 private:
  std::uint64_t state_;
};

}  // namespace clip_classify
