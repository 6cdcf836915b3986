#include "classify/example_folds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <random>
#include <set>

#include "clip_classify/few_shot.h"

namespace clip_classify {
namespace {

constexpr std::size_t kEachAlone = 50;

/// Of two unit rows: what encoding a picture in another batch changes is far less.
constexpr double kSameCosine = 1 - 1e-5;
constexpr double kSameDistance = 4.5e-3;  // sqrt(2 - 2 kSameCosine), and a little
constexpr std::size_t kProjections = 4;

std::size_t fold_count(std::size_t examples, std::size_t pictures) {
  return examples <= kEachAlone ? pictures : examples <= 300 ? 10 : examples <= 5000 ? 5 : 3;
}

/// Fisher and Yates, the same with every standard library.
void shuffle(std::vector<std::size_t>& numbers, std::mt19937& random) {
  for (std::size_t left = numbers.size(); left > 1; --left) {
    std::swap(numbers[left - 1], numbers[random() % left]);
  }
}

/// A row along a few fixed directions, which are as far apart for no two rows as the rows are.
struct Shadow {
  std::array<double, kProjections> along{};
  std::size_t row = 0;
};

std::vector<Shadow> shadows_of(const Matrix& rows) {
  std::mt19937 random(1);
  std::vector<std::vector<float>> directions(kProjections, std::vector<float>(rows.width));
  for (auto& direction : directions) {
    for (auto& value : direction) {
      value = (random() & 1U) != 0 ? 1.0F : -1.0F;
    }
    normalize(direction);
  }
  std::vector<Shadow> shadows(rows.rows);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    shadows[row].row = row;
    for (std::size_t i = 0; i < kProjections; ++i) {
      shadows[row].along[i] = dot(rows.row(row), directions[i]);
    }
  }
  std::ranges::sort(shadows, {}, [](const Shadow& shadow) { return shadow.along[0]; });
  return shadows;
}

bool may_be_same(const Shadow& a, const Shadow& b) {
  for (std::size_t i = 1; i < kProjections; ++i) {
    if (std::abs(a.along[i] - b.along[i]) > kSameDistance) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::vector<std::size_t> same_pictures(const Matrix& rows) {
  const auto shadows = shadows_of(rows);
  std::vector<std::size_t> first(rows.rows);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    first[row] = row;
  }
  const auto root = [&](std::size_t row) {
    while (first[row] != row) {
      row = first[row];
    }
    return row;
  };
  for (std::size_t i = 0; i < shadows.size(); ++i) {
    for (std::size_t j = i + 1;
         j < shadows.size() && shadows[j].along[0] - shadows[i].along[0] <= kSameDistance; ++j) {
      if (may_be_same(shadows[i], shadows[j]) &&
          dot(rows.row(shadows[i].row), rows.row(shadows[j].row)) >= kSameCosine) {
        const auto a = root(shadows[i].row);
        const auto b = root(shadows[j].row);
        first[std::max(a, b)] = std::min(a, b);
      }
    }
  }
  for (std::size_t row = 0; row < rows.rows; ++row) {
    first[row] = root(row);
  }
  return first;
}

Folds make_folds(std::span<const std::size_t> classes, std::span<const std::size_t> pictures) {
  std::map<std::size_t, std::set<std::size_t>> pictures_of;  // a class
  std::map<std::size_t, std::size_t> class_of;               // a picture, the first it stands in
  for (std::size_t i = 0; i < classes.size(); ++i) {
    pictures_of[classes[i]].insert(pictures[i]);
    class_of.try_emplace(pictures[i], classes[i]);
  }
  Folds folds{.count = 0, .fold = std::vector<std::optional<std::size_t>>(classes.size())};
  const auto most = fold_count(classes.size(), class_of.size());
  std::map<std::size_t, std::size_t> fold_of;  // a picture
  std::mt19937 random(1);
  std::size_t next = 0;
  for (const auto& [label, all] : pictures_of) {
    std::vector<std::size_t> own;
    std::ranges::copy_if(all, std::back_inserter(own),
                         [&, label = label](std::size_t picture) { return class_of[picture] == label; });
    shuffle(own, random);
    for (const auto picture : own) {
      fold_of[picture] = next++ % most;
    }
  }
  std::set<std::size_t> kept;  // pictures that some class has no other than
  for (const auto& [label, all] : pictures_of) {
    if (all.size() == 1) {
      kept.insert(*all.begin());
    }
  }
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (!kept.contains(pictures[i])) {
      folds.fold[i] = fold_of[pictures[i]];
    }
  }
  folds.count = most;
  return folds;
}

}  // namespace clip_classify
