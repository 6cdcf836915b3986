#include "clip_classify/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "classify/quick_dot.h"
#include "clip_classify/embeddings.h"

namespace clip_classify {
namespace {

using Row = std::vector<float>;

/// Unit rows around `centres` directions, the same each time.
Matrix clustered_rows(std::size_t rows, std::size_t width, std::size_t centres, float spread) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  Matrix middle{centres, width, Row(centres * width)};
  std::ranges::generate(middle.values, [&] { return normal(random); });
  Matrix made{rows, width, Row(rows * width)};
  for (std::size_t row = 0; row < rows; ++row) {
    const auto centre = std::as_const(middle).row(random() % centres);
    std::ranges::transform(centre, made.row(row).begin(),
                           [&](float value) { return value + spread * normal(random); });
    normalize(made.row(row));
  }
  return made;
}

TEST(QuickDot, IsAsNearAsItSays) {
  for (const std::size_t width : {1, 15, 16, 17, 1002}) {
    const auto rows = clustered_rows(20, width, 3, 0.5F);
    for (std::size_t row = 1; row < rows.rows; ++row) {
      EXPECT_NEAR(quick_dot(rows.row(0), rows.row(row)), dot(rows.row(0), rows.row(row)),
                  quick_dot_error(width));
    }
  }
}

TEST(Combine, IsTheNormalisedWeightedSum) {
  const Row x{1, 0};
  const Row y{0, 1};
  const std::vector<QueryTerm> terms{{x, 3}, {y, -4}};
  const auto combined = combine(terms);
  EXPECT_FLOAT_EQ(combined[0], 0.6F);
  EXPECT_FLOAT_EQ(combined[1], -0.8F);
}

TEST(Combine, TermsThatCancelOutHaveNoDirection) {
  const auto rows = clustered_rows(2, 100, 2, 0.1F);
  const std::vector<QueryTerm> same{{rows.row(0), 0.7}, {rows.row(0), -0.7}};
  EXPECT_TRUE(combine(same).empty());
  const std::vector<QueryTerm> nothing{{rows.row(0), 0}};
  EXPECT_TRUE(combine(nothing).empty());
  EXPECT_TRUE(combine({}).empty());
  const std::vector<QueryTerm> other{{rows.row(0), 1}, {rows.row(1), -1}};
  EXPECT_FALSE(combine(other).empty());
}

std::vector<std::size_t> best_of(const Matrix& rows, std::size_t top_k, std::optional<double> threshold) {
  BestImages best(Row(rows.row(0).begin(), rows.row(0).end()), top_k, threshold);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    best.add(row, rows.row(row), [&] { return std::to_string(row); });
  }
  std::vector<std::size_t> places;
  for (const auto& found : best.take()) {
    EXPECT_EQ(found.path, std::to_string(found.place));
    EXPECT_EQ(found.similarity, dot(rows.row(0), rows.row(found.place)));
    places.push_back(found.place);
  }
  return places;
}

TEST(BestImages, AreThoseOfASort) {
  const auto rows = clustered_rows(500, 33, 5, 1);
  std::vector<std::size_t> sorted(rows.rows);
  std::ranges::generate(sorted, [n = std::size_t{0}]() mutable { return n++; });
  const auto similarity = [&](std::size_t row) { return dot(rows.row(0), rows.row(row)); };
  std::ranges::sort(sorted, std::greater(), similarity);  // no two are equal
  EXPECT_EQ(best_of(rows, 0, {}), sorted);
  const std::vector<std::size_t> first(sorted.begin(), sorted.begin() + 20);
  EXPECT_EQ(best_of(rows, 20, {}), first);
  EXPECT_EQ(best_of(rows, 20, similarity(sorted[4])), (std::vector(sorted.begin(), sorted.begin() + 5)));
  EXPECT_EQ(best_of(rows, 0, similarity(sorted[30])).size(), 31);
  EXPECT_EQ(best_of(rows, 1000, {}).size(), 500);
}

TEST(BestImages, EqualOnesStayInOrder) {
  Matrix rows{6, 2, {1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0}};
  EXPECT_EQ(best_of(rows, 3, {}), (std::vector<std::size_t>{0, 2, 4}));
  EXPECT_EQ(best_of(rows, 5, {}), (std::vector<std::size_t>{0, 2, 4, 5, 1}));
  EXPECT_EQ(best_of(rows, 0, 0.5), (std::vector<std::size_t>{0, 2, 4, 5}));
}

TEST(BestImages, TogetherAreThoseOfTheWhole) {
  const auto rows = clustered_rows(90, 20, 4, 1);
  const Row query(rows.row(0).begin(), rows.row(0).end());
  for (const std::size_t top_k : {0, 7}) {
    BestImages all(query, top_k, 0.1);
    for (const std::size_t share : {2, 0, 1}) {
      BestImages part(query, top_k, 0.1);
      for (auto row = share * 30; row < share * 30 + 30; ++row) {
        part.add(row, rows.row(row), [&] { return std::to_string(row); });
      }
      all.merge(std::move(part));
    }
    std::vector<std::size_t> places;
    for (const auto& found : all.take()) {
      places.push_back(found.place);
    }
    EXPECT_EQ(places, best_of(rows, top_k, 0.1));
  }
}

TEST(BestImages, OneWithoutANameIsLeftOut) {
  const Row query{1, 0};
  BestImages best(query, 1, {});
  best.add(0, Row{0, 1}, [] { return "far"; });
  best.add(1, query, [] { return std::nullopt; });
  EXPECT_EQ(best.take().front().path, "far");
}

std::vector<NearDuplicates::Place> group(const Matrix& rows, double threshold, int threads) {
  NearDuplicates duplicates(rows.width, threshold, threads);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    duplicates.add(rows.row(row));
  }
  return duplicates.finish();
}

TEST(NearDuplicates, AreThoseOfComparingEachWithEachFirst) {
  // More firsts than a chunk holds, and groups across blocks.
  const auto rows = clustered_rows(3000, 40, 1500, 0.2F);
  std::vector<std::size_t> firsts;
  std::vector<NearDuplicates::Place> expected;
  for (std::size_t row = 0; row < rows.rows; ++row) {
    NearDuplicates::Place place{row, -2};
    for (const auto first : firsts) {
      const double similarity = dot(rows.row(row), rows.row(first));
      if (similarity >= 0.95 && similarity > place.similarity) {
        place = {first, similarity};
      }
    }
    if (place.first == row) {
      place.similarity = 1;
      firsts.push_back(row);
    }
    expected.push_back(place);
  }
  ASSERT_GT(firsts.size(), 1200);
  for (const int threads : {1, 3}) {
    const auto places = group(rows, 0.95, threads);
    ASSERT_EQ(places.size(), expected.size());
    for (std::size_t row = 0; row < rows.rows; ++row) {
      EXPECT_EQ(places[row].first, expected[row].first) << row;
      EXPECT_EQ(places[row].similarity, expected[row].similarity) << row;
    }
  }
}

TEST(NearDuplicates, AChainOfNeighboursIsNoGroup) {
  Matrix rows{3, 2, {}};
  for (const float angle : {0.0F, 0.3F, 0.6F}) {
    rows.values.insert(rows.values.end(), {std::cos(angle), std::sin(angle)});
  }
  const auto places = group(rows, std::cos(0.35), 1);
  EXPECT_EQ(places[1].first, 0);
  EXPECT_EQ(places[2].first, 2);
}

TEST(NearDuplicates, OfNothing) {
  EXPECT_TRUE(NearDuplicates(8, 0.9, 2).finish().empty());
}

}  // namespace
}  // namespace clip_classify
