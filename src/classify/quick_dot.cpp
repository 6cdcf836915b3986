#include "classify/quick_dot.h"

#include <array>

namespace clip_classify {
namespace {

using Compute = float (*)(const float*, const float*, std::size_t);

/// In as many sums as keep any CPU's vector units busy.
[[gnu::always_inline]] inline float sum_of_products(const float* a, const float* b, std::size_t count) {
  constexpr std::size_t lanes = 32;
  std::array<float, lanes> sums{};
  std::size_t index = 0;
  for (; index + lanes <= count; index += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      sums[lane] += a[index + lane] * b[index + lane];
    }
  }
  float sum = 0;
  for (; index < count; ++index) {
    sum += a[index] * b[index];
  }
  for (const float lane : sums) {
    sum += lane;
  }
  return sum;
}

float on_any_cpu(const float* a, const float* b, std::size_t count) {
  return sum_of_products(a, b, count);
}

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] float with_avx2(const float* a, const float* b, std::size_t count) {
  return sum_of_products(a, b, count);
}
#endif

Compute best_for_this_cpu() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return with_avx2;
  }
#endif
  return on_any_cpu;
}

}  // namespace

float quick_dot(std::span<const float> a, std::span<const float> b) {
  static const Compute compute = best_for_this_cpu();
  return compute(a.data(), b.data(), a.size());
}

}  // namespace clip_classify
