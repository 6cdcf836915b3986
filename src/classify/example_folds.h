// Which examples are one picture, and which are put aside together to check a classifier of the others.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace clip_classify {

/// Parts of the examples for cross-validation.
struct Folds {
  std::size_t count = 0;
  /// Of each example; nothing for a picture that is the only one of a class, which is never put aside.
  std::vector<std::optional<std::size_t>> fold;
};

/// `pictures` numbers the examples, the same for the same picture, which is in one fold whatever classes it
/// stands in. Each class is spread evenly, in an order that is mixed but always the same. Up to 50 examples
/// each picture is a fold of its own; else 10 folds, 5 over 300 examples and 3 over 5,000.
Folds make_folds(std::span<const std::size_t> classes, std::span<const std::size_t> pictures);

}  // namespace clip_classify
