// Numbers that begin at a cache line: those that vectors and tiles are loaded from.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace clip_classify {

constexpr std::size_t kCacheLine = 64;

template <class T>
struct AtCacheLine {
  using value_type = T;
  static constexpr std::align_val_t kLine{kCacheLine};

  AtCacheLine() = default;
  template <class Other>
  explicit AtCacheLine(const AtCacheLine<Other>&) {}

  T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kLine)); }
  void deallocate(T* memory, std::size_t) { ::operator delete(memory, kLine); }
  bool operator==(const AtCacheLine&) const { return true; }
};

template <class T>
using LineVector = std::vector<T, AtCacheLine<T>>;

}  // namespace clip_classify
