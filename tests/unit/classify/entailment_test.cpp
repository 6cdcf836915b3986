#include "clip_classify/entailment.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "clip_classify/error.h"

namespace clip_classify {
namespace {

using Reading = Claim::Reading;

/// Of as many references as the odds were fitted with: 0.001, 0.002, ...
std::vector<double> similarities(std::size_t count = 231) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = 0.001 * static_cast<double>(i + 1);
  return values;
}

TEST(Entailment, ReferencesAreManyAndDifferent) {
  for (const bool chinese : {false, true}) {
    const auto statements = reference_statements(chinese);
    EXPECT_GE(statements.size(), 200U);
    EXPECT_EQ(std::set<std::string>(statements.begin(), statements.end()).size(), statements.size());
  }
  EXPECT_EQ(reference_statements(false).size(), 231U) << "fit the constants of entailment() anew";
}

TEST(Entailment, NegationsAreUndone) {
  const auto read = [](std::string_view statement) {
    const auto claim = read_claim(statement);
    return std::pair(claim.reading, claim.text);
  };
  EXPECT_EQ(read(" there is a dog "), std::pair(Reading::affirmed, std::string("there is a dog")));
  EXPECT_EQ(read("there is no dog"), std::pair(Reading::denied, std::string("there is a dog")));
  EXPECT_EQ(read("there are no dogs"), std::pair(Reading::denied, std::string("there are dogs")));
  EXPECT_EQ(read("the cat is not sleeping"), std::pair(Reading::denied, std::string("the cat is sleeping")));
  EXPECT_EQ(read("a photo without a dog"), std::pair(Reading::denied, std::string("a photo of a dog")));
  EXPECT_EQ(read("a man with no hat").first, Reading::unread);
  EXPECT_EQ(read("a man without a hat").first, Reading::unread);
  EXPECT_EQ(read("a photo without a man with no hat").first, Reading::unread);
  EXPECT_EQ(read("a knot and a notebook").first, Reading::affirmed);
  EXPECT_EQ(read("图片里没有狗"), std::pair(Reading::denied, std::string("图片里有狗")));
  EXPECT_TRUE(read_claim("图片里有狗").chinese);
  EXPECT_THROW(read_claim("  "), Error);
}

TEST(Entailment, OddsFallWithTheRank) {
  const auto references = similarities();
  EXPECT_NEAR(entailment(1, references), 1 / (1 + std::exp(-2.477)), 1e-9);  // the first of all
  EXPECT_NEAR(entailment(-1, references), 1 / (1 + std::exp(1.114 * std::log(232) - 2.477)), 1e-9);
  double last = 1;
  for (const double similarity : {0.5, 0.2305, 0.2295, 0.2, 0.1, 0.0}) {
    const double now = entailment(similarity, references);
    EXPECT_LT(now, last);
    last = now;
  }
  EXPECT_EQ(entailment(0.231, references), entailment(0.2305, references)) << "ties are lost";
}

TEST(Entailment, ScaleAndOffsetOfCosinesDoNotMatter) {
  auto references = similarities();
  const double before = entailment(0.2, references);
  for (double& value : references) value = 0.3 + value / 10;
  EXPECT_EQ(entailment(0.3 + 0.2 / 10, references), before);
}

TEST(Entailment, TheNumberOfReferencesHardlyMatters) {
  EXPECT_NEAR(entailment(0, similarities(462)), entailment(0, similarities()), 1e-9);
  EXPECT_NEAR(entailment(0.412, similarities(462)), entailment(0.206, similarities()), 0.02);
}

TEST(Entailment, WhatIsDeniedIsTheOpposite) {
  const auto references = similarities();
  const double affirmed = probability_of(read_claim("there is a dog"), 0.2, references);
  EXPECT_NEAR(probability_of(read_claim("there is no dog"), 0.2, references), 1 - affirmed, 1e-12);
  EXPECT_EQ(probability_of(read_claim("a man with no hat"), 0.2, references), 0.5);
}

TEST(Entailment, Verdicts) {
  EXPECT_EQ(name_of(verdict_of(0.8, 0.8)), "true");
  EXPECT_EQ(name_of(verdict_of(0.79, 0.8)), "can't tell");
  EXPECT_EQ(name_of(verdict_of(0.21, 0.8)), "can't tell");
  EXPECT_EQ(name_of(verdict_of(0.1, 0.8)), "false");
  EXPECT_EQ(name_of(verdict_of(0.5, 0.8)), "can't tell");
}

}  // namespace
}  // namespace clip_classify
