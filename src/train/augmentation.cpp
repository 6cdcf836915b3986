#include "train/augmentation.h"

#include <algorithm>
#include <cmath>

namespace clip_classify {
namespace {

constexpr double kSmallestArea = 0.9;

at::Tensor random_part(const at::Tensor& picture, Random& random) {
  const auto height = picture.size(1);
  const auto width = picture.size(2);
  const double side = std::sqrt(kSmallestArea + (1 - kSmallestArea) * random.uniform());
  const auto rows = std::max<std::int64_t>(1, std::llround(side * static_cast<double>(height)));
  const auto columns = std::max<std::int64_t>(1, std::llround(side * static_cast<double>(width)));
  const auto top = static_cast<std::int64_t>(random.uniform() * static_cast<double>(height - rows + 1));
  const auto left = static_cast<std::int64_t>(random.uniform() * static_cast<double>(width - columns + 1));
  const auto part = picture.narrow(1, top, rows).narrow(2, left, columns).unsqueeze(0);
  return at::upsample_bilinear2d(part, {height, width}, /*align_corners=*/false).squeeze(0);
}

}  // namespace

at::Tensor augmented(const at::Tensor& picture, const Augmentation& augmentation, Random random) {
  const auto part = augmentation.crop ? random_part(picture, random) : picture;
  return augmentation.flip && random.uniform() < 0.5 ? part.flip({2}) : part;
}

}  // namespace clip_classify
