#include "clip_classify/pair_scores.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

#include "clip_classify/error.h"

namespace clip_classify {
namespace {

using Ranks = std::vector<std::size_t>;

TEST(ClipScore, TwoAndAHalfTimesThePositiveCosine) {
  EXPECT_DOUBLE_EQ(clip_score(0.3), 0.75);
  EXPECT_DOUBLE_EQ(clip_score(1.0), 2.5);
  EXPECT_DOUBLE_EQ(clip_score(-0.2), 0.0);
}

TEST(ClipScore, WithReferencesTheHarmonicMeanOfWeightedAndUnweighted) {
  // 2 * 0.75 * 0.6 / (0.75 + 0.6)
  EXPECT_DOUBLE_EQ(ref_clip_score(0.3, std::vector{0.2, 0.6, -0.9}), 2.0 / 3);
  EXPECT_DOUBLE_EQ(ref_clip_score(0.4, std::vector{1.0}), 1.0);
  EXPECT_EQ(ref_clip_score(-0.1, std::vector{0.9}), 0.0);
  EXPECT_EQ(ref_clip_score(0.3, std::vector{-0.5, 0.0}), 0.0);
  EXPECT_EQ(ref_clip_score(0.0, std::vector{0.0}), 0.0);
  EXPECT_EQ(ref_clip_score(0.3, {}), 0.0);
}

TEST(RankFigures, OfAFewRanks) {
  const RankFigures even = rank_figures(Ranks{11, 1, 4, 5, 1, 10});
  EXPECT_EQ(even.queries, 6U);
  EXPECT_DOUBLE_EQ(even.recall_at_1, 2.0 / 6);
  EXPECT_DOUBLE_EQ(even.recall_at_5, 4.0 / 6);
  EXPECT_DOUBLE_EQ(even.recall_at_10, 5.0 / 6);
  EXPECT_DOUBLE_EQ(even.median_rank, 4.5);
  EXPECT_DOUBLE_EQ(even.mean_reciprocal_rank, (1 + 1 + 1.0 / 4 + 1.0 / 5 + 1.0 / 10 + 1.0 / 11) / 6);
  EXPECT_DOUBLE_EQ(rank_figures(Ranks{9, 1, 2}).median_rank, 2.0);
}

TEST(RankFigures, OfNone) {
  const RankFigures none = rank_figures({});
  EXPECT_EQ(none.queries, 0U);
  EXPECT_EQ(none.recall_at_10, 0.0);
  EXPECT_EQ(none.median_rank, 0.0);
}

Matrix rows_of(std::size_t width, std::vector<float> values) {
  Matrix matrix{values.size() / width, width, std::move(values)};
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    normalize(matrix.row(i));
  }
  return matrix;
}

TEST(Retrieval, ByHand) {
  // Two images along the axes; the third text is of the first image, but nearer to the second.
  const Matrix images = rows_of(2, {1, 0, 0, 1});
  const Matrix texts = rows_of(2, {4, 3, 0, 1, 1, 2});
  const Retrieval result = retrieve(images, texts, Ranks{0, 1, 0}, 1);
  EXPECT_EQ(result.image_ranks, (Ranks{1, 1, 2}));
  // Seen from the first image: 0.8, 0, 0.45, and only the second text is another's.
  EXPECT_EQ(result.text_ranks, (Ranks{1, 1, 1}));
  EXPECT_EQ(result.best_text_ranks, (Ranks{1, 1}));
}

TEST(Retrieval, AnImagesOwnTextsDoNotStandInEachOthersWay) {
  const Matrix images = rows_of(2, {1, 0, 0, 1});
  // Of the first image: 1, 0.8, 0.6. Of the second, as seen from the first: 0.9 and 0.7, about.
  const Matrix texts = rows_of(2, {3, 4, 1, 0, 4, 3, 9, 4.36F, 7, 7.14F});
  const Retrieval result = retrieve(images, texts, Ranks{0, 0, 0, 1, 1}, 1);
  EXPECT_EQ(result.text_ranks, (Ranks{3, 1, 2, 3, 2}));
  EXPECT_EQ(result.best_text_ranks, (Ranks{1, 2}));
}

TEST(Retrieval, TiesCountAgainstUs) {
  const Matrix same = rows_of(2, {1, 1, 1, 1, 1, 1});
  const Retrieval result = retrieve(same, same, Ranks{0, 1, 2}, 2);
  EXPECT_EQ(result.image_ranks, (Ranks{3, 3, 3}));
  EXPECT_EQ(result.text_ranks, (Ranks{3, 3, 3}));
  EXPECT_EQ(rank_figures(result.best_text_ranks).recall_at_1, 0.0);
}

TEST(Retrieval, ImagesWithoutTextsAreCandidatesOnly) {
  const Matrix images = rows_of(2, {1, 1, 0, 1, 1, 0});
  const Retrieval result = retrieve(images, rows_of(2, {1, 0}), Ranks{0}, 1);
  EXPECT_EQ(result.image_ranks, (Ranks{2}));
  EXPECT_EQ(result.text_ranks, (Ranks{1}));
  EXPECT_EQ(result.best_text_ranks, (Ranks{1}));
}

TEST(Retrieval, OfNothing) {
  const Retrieval result = retrieve({0, 2, {}}, {0, 2, {}}, {}, 2);
  EXPECT_TRUE(result.image_ranks.empty());
  EXPECT_TRUE(result.best_text_ranks.empty());
}

TEST(Retrieval, WhatIsNoNumberRanksLast) {
  Matrix images = rows_of(2, {1, 0, 0, 1, 1, 1});
  Matrix texts = images;
  texts.row(1)[0] = std::numeric_limits<float>::quiet_NaN();
  const Retrieval result = retrieve(images, texts, Ranks{0, 1, 2}, 1);
  EXPECT_EQ(result.image_ranks, (Ranks{1, 3, 1}));
  EXPECT_EQ(result.text_ranks, (Ranks{2, 3, 2}));
}

/// The definition, a pair at a time.
Retrieval brute_force(const Matrix& images, const Matrix& texts, const Ranks& image_of_text) {
  const auto score = [&](std::size_t image, std::size_t text) {
    double sum = 0;
    for (std::size_t k = 0; k < images.width; ++k) {
      sum += static_cast<double>(images.row(image)[k]) * texts.row(text)[k];
    }
    return sum;
  };
  Retrieval result;
  std::vector<std::size_t> best(images.rows, 0);
  for (std::size_t text = 0; text < texts.rows; ++text) {
    const std::size_t own = image_of_text[text];
    std::size_t image_rank = 1;
    for (std::size_t image = 0; image < images.rows; ++image) {
      image_rank += image != own && score(image, text) >= score(own, text) ? 1 : 0;
    }
    std::size_t text_rank = 1;
    for (std::size_t other = 0; other < texts.rows; ++other) {
      text_rank += image_of_text[other] != own && score(own, other) >= score(own, text) ? 1 : 0;
    }
    result.image_ranks.push_back(image_rank);
    result.text_ranks.push_back(text_rank);
    best[own] = best[own] == 0 ? text_rank : std::min(best[own], text_rank);
  }
  std::ranges::copy_if(best, std::back_inserter(result.best_text_ranks),
                       [](std::size_t rank) { return rank > 0; });
  return result;
}

void expect_as_brute_force(const Matrix& images, const Matrix& texts, const Ranks& image_of_text) {
  const Retrieval expected = brute_force(images, texts, image_of_text);
  for (const int threads : {1, 3}) {
    const Retrieval result = retrieve(images, texts, image_of_text, threads);
    EXPECT_EQ(result.image_ranks, expected.image_ranks);
    EXPECT_EQ(result.text_ranks, expected.text_ranks);
    EXPECT_EQ(result.best_text_ranks, expected.best_text_ranks);
  }
}

/// `rows` directions near `center` (or anywhere, where it is empty), by as much as `spread`.
Matrix scattered(std::mt19937& random, std::size_t rows, std::size_t width, float spread,
                 std::vector<float> center = {}) {
  std::normal_distribution<float> normal(0, spread);
  center.resize(width);
  std::vector<float> values(rows * width);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = center[i % width] + normal(random);
  }
  return rows_of(width, std::move(values));
}

Ranks random_images(std::mt19937& random, std::size_t texts, std::size_t images) {
  Ranks image_of_text(texts);
  for (std::size_t& image : image_of_text) {
    image = random() % images;
  }
  return image_of_text;
}

TEST(Retrieval, RandomRowsAsByBruteForce) {
  std::mt19937 random(7);
  for (const auto [images, texts, width] : {std::array<std::size_t, 3>{1, 1, 1},
                                            {5, 3, 4},
                                            {64, 64, 16},
                                            {131, 203, 33},
                                            {9, 250, 8},
                                            {250, 9, 24}}) {
    expect_as_brute_force(scattered(random, images, width, 1), scattered(random, texts, width, 1),
                          random_images(random, texts, images));
  }
}

TEST(Retrieval, TextsNearTheirImagesAsByBruteForce) {
  std::mt19937 random(8);
  const Matrix images = scattered(random, 90, 32, 1);
  std::vector<float> values;
  Ranks image_of_text;
  for (std::size_t text = 0; text < 450; ++text) {
    const auto row = images.row(text / 5);
    const Matrix near = scattered(random, 1, 32, 0.25F, {row.begin(), row.end()});
    values.insert(values.end(), near.values.begin(), near.values.end());
    image_of_text.push_back(text / 5);
  }
  expect_as_brute_force(images, rows_of(32, std::move(values)), image_of_text);
}

TEST(Retrieval, RowsThatFloatsCanNotTellApartAsByBruteForce) {
  std::mt19937 random(9);
  const auto center = scattered(random, 1, 200, 1).values;
  expect_as_brute_force(scattered(random, 70, 200, 1e-6F, center), scattered(random, 81, 200, 1e-6F, center),
                        random_images(random, 81, 70));
}

TEST(Retrieval, ManyEqualRowsAsByBruteForce) {
  std::mt19937 random(10);
  Matrix images = scattered(random, 77, 24, 1);
  Matrix texts = scattered(random, 99, 24, 1);
  for (std::size_t i = 0; i < images.rows; ++i) {
    std::ranges::copy(images.row(random() % 10), images.row(i).begin());
  }
  for (std::size_t i = 0; i < texts.rows; ++i) {
    std::ranges::copy(texts.row(random() % 10), texts.row(i).begin());
  }
  expect_as_brute_force(images, texts, random_images(random, texts.rows, images.rows));
}

TEST(Retrieval, WhatDoesNotFitIsRefused) {
  const Matrix two = rows_of(2, {1, 0, 0, 1});
  EXPECT_THROW(retrieve(two, rows_of(1, {1, 1}), Ranks{0, 1}, 1), std::invalid_argument);
  EXPECT_THROW(retrieve(two, two, Ranks{0}, 1), std::invalid_argument);
  EXPECT_THROW(retrieve(two, two, Ranks{0, 2}, 1), std::invalid_argument);
}

TEST(Retrieval, StopsWhenAsked) {
  const Matrix two = rows_of(2, {1, 0, 0, 1});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(retrieve(two, two, Ranks{0, 1}, 1, stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace clip_classify
