#include <array>
#include <charconv>
#include <cmath>

#include "clip_classify/error.h"
#include "output/writers.h"

namespace clip_classify {

double finite(double value) {
  if (!std::isfinite(value)) throw model_error("the model gave a score that is not a number");
  return value;
}

std::string shortest(double value) {
  std::array<char, 32> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), finite(value));
  return {digits.data(), end};
}

}  // namespace clip_classify
