// A quick sum that tells damaged bytes: not a defence against anybody.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace clip_classify {

/// FNV-1a by words of 8 bytes with a rotation: every step can be undone, so that a change in any one word
/// always shows. `seed` is the sum of what comes before.
inline std::uint64_t checksum(std::string_view bytes, std::uint64_t seed) {
  constexpr std::uint64_t prime = 0x9e3779b97f4a7c15;
  std::uint64_t sum = (seed ^ bytes.size()) * prime;
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const auto size = bytes.size() < sizeof word ? bytes.size() : sizeof word;
    std::memcpy(&word, bytes.data(), size);
    sum = (sum ^ word) * prime;
    sum = sum << 29 | sum >> 35;
    bytes.remove_prefix(size);
  }
  return sum;
}

}  // namespace clip_classify
