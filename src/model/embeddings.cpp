#include "clip_classify/embeddings.h"

#include <cmath>
#include <numeric>

namespace clip_classify {

double dot(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0, std::plus<>(),
                            [](float x, float y) { return static_cast<double>(x) * y; });
}

void normalize(std::span<float> vector) {
  const double length = std::sqrt(dot(vector, vector));
  if (length > 0) {
    for (float& value : vector) {
      value = static_cast<float>(value / length);
    }
  }
}

}  // namespace clip_classify
