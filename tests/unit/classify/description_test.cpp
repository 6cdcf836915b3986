#include "clip_classify/description.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <sstream>

#include "clip_classify/error.h"

namespace clip_classify {
namespace {

using testing::ElementsAre;

/// A space with an axis a word, in which a text is the normalised sum of its words: what is most like an
/// image can be worked out by hand. Words that have no axis count for nothing.
class WordSpace {
 public:
  explicit WordSpace(std::vector<std::string> words) {
    for (auto& word : words) axes_.emplace(std::move(word), axes_.size());
  }

  std::vector<float> text(const std::string& text) const {
    std::vector<float> sum(axes_.size());
    std::istringstream words(text);
    for (std::string word; words >> word;) {
      if (const auto axis = axes_.find(word); axis != axes_.end()) sum[axis->second] += 1;
    }
    normalize(sum);
    return sum;
  }

  std::vector<float> image(const std::map<std::string, float>& weights) const {
    std::vector<float> sum(axes_.size());
    for (const auto& [word, weight] : weights) sum[axes_.at(word)] = weight;
    normalize(sum);
    return sum;
  }

  Matrix rows(std::span<const std::string> texts) const {
    Matrix rows{texts.size(), axes_.size(), {}};
    for (const auto& one : texts) {
      const auto row = text(one);
      rows.values.insert(rows.values.end(), row.begin(), row.end());
    }
    return rows;
  }

  EmbeddedPhrases bank(const std::vector<Phrase>& phrases) const {
    std::vector<std::string> texts;
    for (const auto& phrase : phrases) texts.push_back(phrase.text);
    return {phrases, rows(texts)};
  }

 private:
  std::map<std::string, std::size_t> axes_;
};

const WordSpace kSpace({"cat", "dog", "sofa", "car", "black", "red", "sleeping", "kitchen", "beach",
                        "drawing", "grass"});

const std::vector<Phrase> kPhrases = {{"cat", "thing"},         {"dog", "thing"},       {"sofa", "thing"},
                                      {"car", "thing"},         {"black", "attribute"}, {"red", "attribute"},
                                      {"sleeping", "activity"}, {"kitchen", "place"},   {"beach", "place"},
                                      {"drawing", "style"},     {"grass", "stuff"}};

EmbedTexts embedder() {
  return [](std::span<const std::string> texts) { return kSpace.rows(texts); };
}

Description described(const std::map<std::string, float>& weights, const DescriptionOptions& options = {}) {
  const auto image = kSpace.image(weights);
  return describe(image, kSpace.bank(kPhrases), embedder(), options);
}

TEST(Describe, FindsTheSentenceThatTheImageIsMadeOf) {
  const auto result = described({{"cat", 1}, {"black", 1}, {"sofa", 1}, {"kitchen", 1}});
  EXPECT_EQ(kSpace.text(result.sentence), kSpace.text("cat black sofa kitchen")) << result.sentence;
  EXPECT_NEAR(result.similarity, 1, 1e-6);
  EXPECT_THAT(result.sentence, testing::StartsWith("a photo of a black "));
  EXPECT_THAT(result.sentence, testing::EndsWith(" in a kitchen"));
  EXPECT_EQ(result.steps.size(), 4U);
}

TEST(Describe, UsesEveryKind) {
  const auto result = described(
      {{"dog", 4}, {"red", 3.5F}, {"sleeping", 3.4F}, {"grass", 3.3F}, {"beach", 3.2F}, {"drawing", 3.1F}});
  EXPECT_EQ(result.sentence, "a drawing of a red dog sleeping and grass on a beach");
}

/// A word of weight w joins n words of weight 1 only if (n + w) / sqrt(n + 1) > sqrt(n), so for n = 1 if
/// w > 0.4142...
TEST(Describe, AddsOnlyWhatRaisesTheSimilarity) {
  const auto without = described({{"cat", 1}, {"black", 0.41F}}, {.least_gain = 0});
  EXPECT_EQ(without.sentence, "a photo of a cat");
  EXPECT_NEAR(without.similarity, 1 / std::sqrt(1 + 0.41 * 0.41), 1e-6);
  ASSERT_EQ(without.steps.size(), 1U);
  EXPECT_EQ(without.steps[0].phrase, 0U);

  const auto with = described({{"cat", 1}, {"black", 0.42F}}, {.least_gain = 0});
  EXPECT_EQ(with.sentence, "a photo of a black cat");
  ASSERT_EQ(with.steps.size(), 2U);
  EXPECT_EQ(with.steps[0].sentence, "a photo of a cat");
  EXPECT_NEAR(with.steps[0].similarity, 1 / std::sqrt(1 + 0.42 * 0.42), 1e-6);
  EXPECT_EQ(with.steps[1].phrase, 4U);
  EXPECT_NEAR(with.steps[1].similarity, 1.42 / std::sqrt(2 * (1 + 0.42 * 0.42)), 1e-6);
  EXPECT_EQ(with.similarity, with.steps[1].similarity);

  // By default 4 in a hundred are asked for: (1 + w) / sqrt(2) > 1.04, so w > 0.4707...
  EXPECT_EQ(described({{"cat", 1}, {"black", 0.47F}}).sentence, "a photo of a cat");
  EXPECT_EQ(described({{"cat", 1}, {"black", 0.472F}}).sentence, "a photo of a black cat");
}

TEST(Describe, StepsRise) {
  const auto result = described({{"car", 5}, {"red", 4}, {"beach", 3.5F}, {"cat", 0.5F}, {"grass", 0.4F}});
  EXPECT_EQ(result.sentence, "a photo of a red car on a beach");
  for (std::size_t i = 1; i < result.steps.size(); ++i) {
    EXPECT_GT(result.steps[i].similarity, result.steps[i - 1].similarity);
  }
}

TEST(Describe, MayBeAboutAPlaceOrStuff) {
  EXPECT_EQ(described({{"beach", 1}, {"black", 0.9F}}).sentence, "a photo of a black beach");
  EXPECT_EQ(described({{"beach", 1}, {"kitchen", 0.9F}}).sentence, "a photo of a beach");
  EXPECT_EQ(described({{"grass", 1}, {"sleeping", 0.6F}}).sentence, "a photo of grass");
}

/// By itself the lion is more like the image than the sofa is, but only for what "cat" has said.
TEST(Describe, PrefersWhatTheSentenceDoesNotSayYet) {
  const std::vector<Phrase> phrases = {{"cat", "thing"}, {"lion", "thing"}, {"sofa", "thing"}};
  const EmbeddedPhrases bank(phrases, kSpace.rows(std::vector<std::string>{"cat", "cat car", "sofa"}));
  const auto image = kSpace.image({{"cat", 1}, {"sofa", 0.6F}});
  EXPECT_GT(dot(image, bank.row(1)), dot(image, bank.row(2)));
  const DescriptionOptions one{.beam = 1, .starts = 1, .candidates = 1};
  EXPECT_EQ(describe(image, bank, embedder(), one).sentence, "a photo of a cat and a sofa");
}

TEST(Describe, EmbedsABoundedNumberOfTexts) {
  std::size_t texts = 0, largest = 0;
  std::set<std::string> different;
  const EmbedTexts counting = [&](std::span<const std::string> batch) {
    texts += batch.size();
    largest = std::max(largest, batch.size());
    different.insert(batch.begin(), batch.end());
    return kSpace.rows(batch);
  };
  const auto image = kSpace.image({{"cat", 6},
                                   {"black", 5.5F},
                                   {"sofa", 5},
                                   {"kitchen", 4.5F},
                                   {"drawing", 4},
                                   {"sleeping", 4},
                                   {"dog", 4},
                                   {"red", 4}});
  describe(image, kSpace.bank(kPhrases), counting);
  EXPECT_EQ(texts, different.size());
  EXPECT_LE(texts, 200U);
  EXPECT_GT(texts, 30U);

  texts = 0;
  const auto few = describe(image, kSpace.bank(kPhrases), counting, {.most_texts = 9});
  EXPECT_EQ(texts, 9U);
  EXPECT_THAT(few.sentence, testing::StartsWith("a photo of a "));
}

TEST(Describe, IsTheSameEveryTimeAndTakesTheFirstOfEquals) {
  const std::map<std::string, float> weights{{"cat", 1}, {"dog", 1}, {"sofa", 1}};
  const auto result = described(weights);
  EXPECT_EQ(result.sentence, described(weights).sentence);
  EXPECT_EQ(described({{"sofa", 1}, {"dog", 1}, {"red", 0.1F}}, {.beam = 1}).sentence,
            "a photo of a dog and a sofa");
}

std::string refusal(const std::function<void()>& act, ErrorKind kind) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  return "no error";
}

TEST(Describe, IsRefused) {
  const auto image = kSpace.image({{"cat", 1}});
  const auto bank = kSpace.bank({{"black", "attribute"}, {"in the dark", "place"}});
  EXPECT_EQ(refusal([&] { describe(image, bank, embedder()); }, ErrorKind::usage),
            "the phrases hold no thing, stuff or place that a sentence can be about");
  auto broken = image;
  broken[2] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(refusal([&] { best_tags(broken, bank); }, ErrorKind::model),
            "an embedding of an image holds what is not a number");
  EXPECT_EQ(refusal([&] { best_tags(std::vector<float>(3), bank); }, ErrorKind::model),
            "embeddings of 3 and 11 numbers are of different models");
  EXPECT_EQ(refusal(
                [&] {
                  EmbeddedPhrases(kPhrases, Matrix{1, 2, {1, 0}});
                },
                ErrorKind::model),
            "11 phrases, but 1 embeddings");
}

std::vector<std::size_t> tags_of(const std::vector<float>& image, const EmbeddedPhrases& bank,
                                 std::size_t count) {
  std::vector<std::size_t> phrases;
  for (const Tag& tag : best_tags(image, bank, {.count = count, .judged_alone = {5, -4}, .least_share = 0}))
    phrases.push_back(tag.phrase);
  return phrases;
}

TEST(Tags, AreTheMostSimilarFirst) {
  const auto image = kSpace.image({{"sofa", 3}, {"cat", 2}, {"red", 1}});
  const auto bank = kSpace.bank(kPhrases);
  EXPECT_THAT(tags_of(image, bank, 3), ElementsAre(2, 0, 5));
  EXPECT_NEAR(best_tags(image, bank)[0].similarity, 3 / std::sqrt(14), 1e-6);
  EXPECT_THAT(tags_of(image, bank, 5), ElementsAre(2, 0, 5, 1, 3));  // equal ones in the bank's order
  EXPECT_EQ(tags_of(image, bank, 99).size(), kPhrases.size());
  EXPECT_TRUE(tags_of(image, bank, 0).empty());
}

/// Cosines 3, 2, 1 and 0 in the square root of 14.
TEST(Tags, AreLeftOutBelowTheThreshold) {
  const auto image = kSpace.image({{"sofa", 3}, {"cat", 2}, {"red", 1}});
  const auto bank = kSpace.bank(kPhrases);
  const ScoreSpec spec{10, -4};
  const auto score = [&](double part) { return 1 / (1 + std::exp(4 - 10 * part / std::sqrt(14))); };
  const auto scores = [&](const TagOptions& options) {
    std::vector<double> found;
    for (const Tag& tag : best_tags(image, bank, options)) found.push_back(tag.score);
    return found;
  };
  using testing::DoubleNear;
  EXPECT_THAT(scores({.judged_alone = spec}),
              ElementsAre(DoubleNear(score(3), 1e-6), DoubleNear(score(2), 1e-6)));
  EXPECT_EQ(scores({.judged_alone = spec, .least_share = score(1) / score(3) + 1e-6}).size(), 2U);
  EXPECT_EQ(scores({.judged_alone = spec, .least_share = score(1) / score(3) - 1e-6}).size(), 3U);
  EXPECT_EQ(scores({.judged_alone = spec, .threshold = score(2) + 1e-6}).size(), 1U);
  EXPECT_EQ(scores({.judged_alone = spec, .threshold = score(2) - 1e-6}).size(), 2U);
  EXPECT_EQ(scores({.judged_alone = spec, .threshold = 0}).size(), 10U);
  EXPECT_TRUE(scores({.judged_alone = spec, .threshold = 0.999}).empty());
}

TEST(Tags, SayAThingOnce) {
  // The words of one in the other: whichever is more like the image stays.
  const auto bank =
      kSpace.bank({{"cat", "thing"}, {"black cat", "thing"}, {"catalogue", "thing"}, {"dog", "thing"}});
  EXPECT_THAT(tags_of(kSpace.image({{"cat", 1}, {"black", 0.2F}}), bank, 9), ElementsAre(0, 2, 3));
  EXPECT_THAT(tags_of(kSpace.image({{"cat", 1}, {"black", 0.8F}}), bank, 9), ElementsAre(1, 2, 3));

  // Or the one of fewer words, which the score says of the image nearly as well.
  const auto image = kSpace.image({{"cat", 1}, {"black", 0.8F}, {"dog", 0.1F}});
  const auto names = [&](const ScoreSpec& spec) {
    std::vector<std::string> found;
    for (const Tag& tag : best_tags(image, bank, {.judged_alone = spec, .threshold = 0.02})) {
      found.push_back(bank.phrase(tag.phrase).text);
    }
    return found;
  };
  EXPECT_THAT(names({20, -4}), ElementsAre("cat", "dog"));
  EXPECT_THAT(names({5, -4}), ElementsAre("black cat", "dog"));
  EXPECT_EQ(best_tags(image, bank, {.count = 1, .judged_alone = {20, -4}}).at(0).phrase, 0U);
}

/// Three dimensions, the third the same for all, as CLIP's texts have much in common: "couch" is at 10
/// degrees from "sofa" about the mean, "chair" at 60, though their cosines are all above 0.9.
TEST(Tags, LeaveOutWhatMeansTheSame) {
  std::vector<Phrase> phrases;
  Matrix rows{0, 3, {}};
  const auto add = [&](const std::string& text, double degrees) {
    const double angle = degrees * std::acos(-1) / 180, size = 0.2;
    rows.values.insert(rows.values.end(), {static_cast<float>(size * std::cos(angle)),
                                           static_cast<float>(size * std::sin(angle)),
                                           static_cast<float>(std::sqrt(1 - size * size))});
    ++rows.rows;
    phrases.push_back({text, "thing"});
  };
  add("sofa", 0);
  add("couch", 10);
  add("chair", 60);
  add("lake", 180);
  add("pond", 190);
  add("tree", 240);
  const EmbeddedPhrases bank(phrases, rows);
  EXPECT_GT(dot(bank.row(0), bank.row(3)), 0.9);
  EXPECT_NEAR(bank.likeness(0, 1), std::cos(10 * std::acos(-1) / 180), 1e-5);
  EXPECT_NEAR(bank.likeness(0, 2), 0.5, 1e-5);
  EXPECT_NEAR(bank.likeness(2, 2), 1, 1e-6);
  EXPECT_THAT(tags_of({1, 0, 0}, bank, 3), ElementsAre(0, 2, 5));
  EXPECT_THAT(tags_of({0.98F, 0.199F, 0}, bank, 3), ElementsAre(1, 2, 5));
}

TEST(Tags, OfALargeBank) {
  std::vector<Phrase> phrases;
  Matrix rows{50'000, 2, {}};
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const double angle = static_cast<double>(i) / static_cast<double>(rows.rows) * 2 * std::acos(-1);
    rows.values.push_back(static_cast<float>(std::cos(angle)));
    rows.values.push_back(static_cast<float>(std::sin(angle)));
    phrases.push_back({"p" + std::to_string(i), "thing"});
  }
  const EmbeddedPhrases bank(phrases, rows);
  const auto tags = best_tags(std::vector<float>{1, 0}, bank, {.count = 5});
  ASSERT_EQ(tags.size(), 5U);
  EXPECT_EQ(tags[0].phrase, 0U);
  EXPECT_LT(bank.likeness(tags[0].phrase, tags[1].phrase), 0.85);
}

}  // namespace
}  // namespace clip_classify
