#include "classify/sentence.h"

#include <gtest/gtest.h>

#include <optional>

namespace clip_classify {
namespace {

TEST(Article, FollowsTheSound) {
  for (const auto* text : {"cat", "unicorn", "uniform", "ukulele", "European robin", "one-way street", "ewe",
                           "8mm", "T-shirt", "UFO", "used car", "18", "high chair", "1 euro coin"}) {
    const std::string expected = std::string(text) == "8mm" || std::string(text) == "18" ? "an" : "a";
    EXPECT_EQ(article(text), expected) << text;
  }
  for (const auto* text : {"apple", "umbrella", "unidentified object", "hourglass", "heirloom", "X-ray",
                           "MRI scan", "onion", "urn", "usher", "étagère", "Orange", "11"}) {
    EXPECT_EQ(article(text), "an") << text;
  }
  EXPECT_EQ(article("猫"), "");
  EXPECT_EQ(article("čolek"), "a");
}

TEST(Sentence, HasItsPartsInOrder) {
  const Phrase cat{"cat", "thing"}, dog{"dog", "thing"}, old{"old", "attribute"}, kitchen{"kitchen", "place"};
  const Phrase asleep{"sleeping", "activity"}, painting{"oil painting", "style"};
  Sentence sentence{.noun = &cat};
  EXPECT_EQ(sentence.text(), "a photo of a cat");
  sentence.attribute = &old;
  EXPECT_EQ(sentence.text(), "a photo of an old cat");
  sentence.second = &dog;
  EXPECT_EQ(sentence.text(), "a photo of an old cat and a dog");
  sentence.joint = "with";
  sentence.activity = &asleep;
  sentence.place = &kitchen;
  sentence.style = &painting;
  EXPECT_EQ(sentence.text(), "an oil painting of an old cat sleeping with a dog in a kitchen");
}

std::string about(const Phrase& noun, const std::optional<Phrase>& attribute = {}) {
  return Sentence{.noun = &noun, .attribute = attribute ? &*attribute : nullptr}.text();
}

TEST(Sentence, GivesNounsTheirArticles) {
  EXPECT_EQ(about({"jeans", "stuff"}), "a photo of jeans");
  EXPECT_EQ(about({"grass", "stuff"}, Phrase{"old", "attribute"}), "a photo of old grass");
  EXPECT_EQ(about({"beach", "place"}), "a photo of a beach");
  EXPECT_EQ(about({"desert", "place"}), "a photo of the desert");
  EXPECT_EQ(about({"outer space", "place"}), "a photo of outer space");
  EXPECT_EQ(about({"a cat", "thing"}, Phrase{"old", "attribute"}), "a photo of an old cat");
  EXPECT_EQ(about({"my dog", "thing"}, Phrase{"old", "attribute"}), "a photo of my old dog");
  EXPECT_EQ(about({"two dogs", "thing"}), "a photo of two dogs");
}

std::string where(const std::string& place) {
  const Phrase cat{"cat", "thing"}, there{place, "place"};
  return Sentence{.noun = &cat, .place = &there}.text();
}

TEST(Sentence, GivesPlacesTheirPrepositions) {
  EXPECT_EQ(where("kitchen"), "a photo of a cat in a kitchen");
  EXPECT_EQ(where("sandy beach"), "a photo of a cat on a sandy beach");
  EXPECT_EQ(where("train station"), "a photo of a cat at a train station");
  EXPECT_EQ(where("office"), "a photo of a cat in an office");
  EXPECT_EQ(where("mountains"), "a photo of a cat in the mountains");
  EXPECT_EQ(where("in my garden"), "a photo of a cat in my garden");
  EXPECT_EQ(where("underwater"), "a photo of a cat underwater");
  EXPECT_EQ(where("backstop"), "a photo of a cat in a backstop");
}

}  // namespace
}  // namespace clip_classify
