#include "clip_classify/golden.h"

#include <algorithm>
#include <cmath>

namespace clip_classify {
namespace {

constexpr double kTolerance = 1e-4;

double largest_difference(std::span<const float> a, std::span<const float> b) {
  double largest = 0;
  for (std::size_t index = 0; index < a.size(); ++index) {
    largest = std::max(largest, std::abs(static_cast<double>(a[index]) - b[index]));
  }
  return largest;
}

double differing_ids(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  auto differing = std::max(a.size(), b.size());
  for (std::size_t index = 0; index < std::min(a.size(), b.size()); ++index) {
    differing -= a[index] == b[index] ? 1 : 0;
  }
  return static_cast<double>(differing);
}

}  // namespace

Image golden_image(int width, int height) {
  Image image{width, height, {}};
  image.rgb.reserve(static_cast<std::size_t>(width) * height * 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      int red = (x * 7 + y * 3) % 256;
      const int green = (x * 2 + y * 11) % 256;
      int blue = ((x ^ y) * 5) % 256;
      if (x >= 40 && x < 120 && y >= 30 && y < 90) {
        red = 255 - red;
        blue = 128;
      }
      for (const int value : {red, green, blue}) {
        image.rgb.push_back(static_cast<std::uint8_t>(value));
      }
    }
  }
  return image;
}

std::vector<GoldenCheck> check_golden(Model& model) {
  const auto& golden = model.manifest().golden;
  std::vector<std::string> texts;
  for (const auto& entry : golden.texts) {
    texts.push_back(entry.text);
  }
  std::vector<GoldenCheck> checks;
  const auto sequences = model.tokenize(texts);
  for (std::size_t index = 0; index < texts.size(); ++index) {
    const auto differing = differing_ids(sequences[index].ids, golden.texts[index].ids);
    checks.push_back({"tokens", texts[index], differing, differing == 0});
  }
  const auto embeddings = model.embed_tokens(sequences);
  for (std::size_t index = 0; index < texts.size(); ++index) {
    const auto difference = largest_difference(embeddings.row(index), golden.texts[index].embedding);
    checks.push_back({"text embedding", texts[index], difference, difference <= kTolerance});
  }
  const auto image = golden_image(golden.image_width, golden.image_height);
  const auto embedding = model.embed_images(preprocess(image, model.manifest().image), 1);
  const auto difference = largest_difference(embedding.row(0), golden.image_embedding);
  checks.push_back({"image embedding",
                    std::to_string(golden.image_width) + "x" + std::to_string(golden.image_height),
                    difference, difference <= golden.tolerance});
  return checks;
}

}  // namespace clip_classify
