// What answers make of questions, what answers there are without any given, and opposites.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "clip_classify/question.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::Not;

std::string stated(std::string_view question, std::string_view answer) {
  return statement(read_question(question), answer);
}

std::vector<std::string> default_answers_of(std::string_view question) {
  return default_answers(read_question(question));
}

std::string repeated(std::string_view piece, std::size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  return text;
}

// Bounds far above what it takes; with quadratic time a megabyte would take hours.
constexpr std::chrono::minutes kSoon{2};

TEST(Answers, AreQuickWithAMegabyte) {
  const auto start = std::chrono::steady_clock::now();
  for (const std::string_view piece : {"a", "cat and ", "沙发"}) {
    const std::string text = repeated(piece, 1'000'000);
    for (const std::string_view question :
         {"what is on the table?", "how many dogs are there?", "where is it?", "is it a cat or a dog?",
          "猫在哪里？", "有几只狗？"}) {
      EXPECT_GE(stated(question, text).size(), utf8::trim(text).size()) << piece;
    }
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, kSoon);
}

TEST(Negation, IsQuickWithAMegabyte) {
  const auto start = std::chrono::steady_clock::now();
  for (const std::string_view piece : {"old man ", "any and a ", "的确"}) {
    const std::string text = repeated(piece, 1'000'000);
    EXPECT_GE(negation(text).size(), utf8::trim(text).size()) << piece;
    EXPECT_FALSE(negation("there is a " + text).empty()) << piece;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, kSoon);
}

TEST(Answers, GetTheArticleTheySoundLike) {
  for (const std::string_view phrase : {"a cat",
                                        "an apple",
                                        "an hour",
                                        "an honest man",
                                        "an heir",
                                        "a unicorn",
                                        "a university",
                                        "a uniform",
                                        "an uninteresting thing",
                                        "an umbrella",
                                        "a European city",
                                        "a one-way street",
                                        "a ukulele",
                                        "a user",
                                        "a TV",
                                        "an SUV",
                                        "an MRI",
                                        "a UFO",
                                        "an x-ray",
                                        "an 8-ball",
                                        "an orange",
                                        "an old red car",
                                        "a t-shirt",
                                        "a swimming pool",
                                        "a washing machine",
                                        "a building",
                                        "a bus",
                                        "a glass of water",
                                        "a cup of tea",
                                        "a bunch of grapes",
                                        "a lens",
                                        "an octopus",
                                        "a dress",
                                        "a black and white cat",
                                        "a cat and a dog",
                                        "a man sleeping on a bench",
                                        "a stuffed animal"}) {
    const std::string bare(phrase.substr(phrase.find(' ') + 1));
    const std::string answer = phrase == "a cat and a dog" ? "cat and dog" : bare;
    EXPECT_EQ(stated("what is this?", answer), "a photo of " + std::string(phrase));
  }
}

TEST(Answers, AreLeftAloneWithoutNeedOfAnArticle) {
  for (const std::string_view answer :
       {"cats",       "people",         "children",        "sheepdogs",  "scissors",   "jeans",
        "water",      "red wine",       "orange juice",    "furniture",  "snow",       "bread and butter",
        "the moon",   "a cat",          "an owl",          "three dogs", "3 dogs",     "some rice",
        "many birds", "nothing",        "someone",         "my dog",     "John's car", "dogs and cats",
        "running",    "playing tennis", "two cups of tea", "geese",      "cacti",      "berries",
        "firemen",    "another car"}) {
    EXPECT_EQ(stated("what is this?", answer), "a photo of " + std::string(answer));
  }
  EXPECT_EQ(stated("what is this?", "  cat "), "a photo of a cat");
}

TEST(Answers, AreCounted) {
  using Pair = std::pair<std::string_view, std::string_view>;
  for (const auto& [plural, singular] : {Pair{"dogs", "dog"},
                                         Pair{"people", "person"},
                                         Pair{"children", "child"},
                                         Pair{"men", "man"},
                                         Pair{"women", "woman"},
                                         Pair{"feet", "foot"},
                                         Pair{"mice", "mouse"},
                                         Pair{"knives", "knife"},
                                         Pair{"buses", "bus"},
                                         Pair{"boxes", "box"},
                                         Pair{"glasses", "glass"},
                                         Pair{"dishes", "dish"},
                                         Pair{"benches", "bench"},
                                         Pair{"cookies", "cookie"},
                                         Pair{"berries", "berry"},
                                         Pair{"tomatoes", "tomato"},
                                         Pair{"shoes", "shoe"},
                                         Pair{"horses", "horse"},
                                         Pair{"houses", "house"},
                                         Pair{"sheep", "sheep"},
                                         Pair{"policemen", "policeman"},
                                         Pair{"slices of pizza", "slice of pizza"},
                                         Pair{"kites", "kite"},
                                         Pair{"red cars", "red car"},
                                         Pair{"monkeys", "monkey"}}) {
    const Question question = read_question("how many " + std::string(plural) + " are there?");
    EXPECT_EQ(statement(question, "1"), "there is one " + std::string(singular));
    EXPECT_EQ(statement(question, "2"), "there are two " + std::string(plural));
    EXPECT_EQ(statement(question, "0"), "there are no " + std::string(plural));
  }
  EXPECT_EQ(stated("how many dogs are there?", "20"), "there are twenty dogs");
  EXPECT_EQ(stated("how many dogs are there?", "21"), "there are 21 dogs");
}

TEST(Answers, GetThePrepositionOfTheirPlace) {
  using Pair = std::pair<std::string_view, std::string_view>;
  for (const auto& [answer, place] :
       {Pair{"sofa", "on the sofa"}, Pair{"kitchen", "in the kitchen"}, Pair{"airport", "at the airport"},
        Pair{"living room", "in the living room"}, Pair{"dining table", "on the dining table"},
        Pair{"Paris", "in Paris"}, Pair{"New York", "in New York"}, Pair{"a tree", "in a tree"},
        Pair{"his bed", "on his bed"}, Pair{"outside", "outside"}, Pair{"home", "at home"},
        Pair{"under the table", "under the table"}, Pair{"next to the dog", "next to the dog"},
        Pair{"right side", "on the right side"}, Pair{"top of the tower", "at the top of the tower"}}) {
    EXPECT_EQ(stated("where is the cat?", answer), "the cat is " + std::string(place));
  }
}

TEST(Answers, YesAndNoSelectTheStatementOrItsNegation) {
  for (const std::string_view yes : {"yes", "Yes", "YES", "yeah", "true", "是", "有"}) {
    EXPECT_EQ(stated("is there a dog?", yes), "there is a dog");
    EXPECT_EQ(stated("有狗吗？", yes), "有狗");
  }
  for (const std::string_view no : {"no", "No", "false", "不是", "没有"}) {
    EXPECT_EQ(stated("is there a dog?", no), "there is no dog");
    EXPECT_EQ(stated("有狗吗？", no), "没有狗");
  }
  EXPECT_EQ(stated("is there a dog?", "maybe"), "question: is there a dog? answer: maybe");
  EXPECT_EQ(stated("有狗吗？", "也许"), "问题：有狗吗？回答：也许");
  EXPECT_EQ(stated("is it a cat or a dog?", "no"), "it is not a cat or a dog");
}

TEST(DefaultAnswers, FitTheQuestion) {
  EXPECT_THAT(default_answers_of("is there a dog?"), ElementsAre("yes", "no"));
  EXPECT_THAT(default_answers_of("有狗吗？"), ElementsAre("有", "没有"));
  EXPECT_THAT(default_answers_of("这是狗吗？"), ElementsAre("是", "不是"));
  EXPECT_THAT(default_answers_of("is it red, green or blue?"), ElementsAre("red", "green", "blue"));
  EXPECT_THAT(default_answers_of("is this a cat or a dog?"), ElementsAre("a cat", "a dog"));
  EXPECT_THAT(default_answers_of("is the man wearing a red or blue shirt?"),
              ElementsAre("a red shirt", "a blue shirt"));
  EXPECT_THAT(default_answers_of("这是猫、狗还是鸟？"), ElementsAre("猫", "狗", "鸟"));
  EXPECT_THAT(default_answers_of("how many dogs are there?"), IsSupersetOf({"0", "1", "10"}));
  EXPECT_THAT(default_answers_of("what color is the car?"), IsSupersetOf({"red", "black"}));
  EXPECT_THAT(default_answers_of("车是什么颜色的？"), IsSupersetOf({"红色", "黑色"}));
  EXPECT_THAT(default_answers_of("where is the cat?"), IsSupersetOf({"kitchen", "sofa"}));
  EXPECT_THAT(default_answers_of("who is this?"), IsSupersetOf({"man", "woman"}));
  EXPECT_THAT(default_answers_of("what is he doing?"), IsSupersetOf({"running", "eating"}));
  EXPECT_THAT(default_answers_of("what fruit is this?"), Contains("apple"));
  EXPECT_THAT(default_answers_of("what fruit is this?"), Not(Contains("car")));
  EXPECT_THAT(default_answers_of("what is the girl eating?"), Contains("pizza"));
  EXPECT_THAT(default_answers_of("女孩在吃什么？"), Contains("披萨"));
  EXPECT_THAT(default_answers_of("what breed is the dog?"), Contains("poodle"));
  EXPECT_GE(default_answers_of("what is on the table?").size(), 190U);
  EXPECT_GE(default_answers_of("桌子上有什么？").size(), 190U);
}

TEST(DefaultAnswers, OfEveryRuleGiveDifferentStatements) {
  for (const auto& rule : question_rules()) {
    SCOPED_TRACE(rule.name);
    const Question question = read_question(rule.question);
    const std::vector<std::string> answers = default_answers(question);
    EXPECT_GE(answers.size(), 2U);
    std::set<std::string> statements;
    for (const auto& answer : answers) {
      const std::string made = statement(question, answer);
      EXPECT_TRUE(utf8::valid(made));
      EXPECT_EQ(made.find_first_of("<>"), std::string::npos) << made;
      EXPECT_EQ(made.find("  "), std::string::npos) << made;
      EXPECT_EQ(made, utf8::trim(made));
      EXPECT_TRUE(statements.insert(made).second) << answer << " again gives: " << made;
    }
    EXPECT_EQ(std::set<std::string>(answers.begin(), answers.end()).size(), answers.size());
  }
}

TEST(DefaultAnswers, OfEveryTopicAreDifferent) {
  for (const std::string_view noun :
       {"animal", "bird",    "dog",      "flower",    "tree",    "fruit",    "vegetable", "food",
        "drink",  "vehicle", "clothes",  "furniture", "tool",    "toy",      "device",    "instrument",
        "sport",  "room",    "building", "material",  "pattern", "language", "landmark",  "event"}) {
    const Question question = read_question("what " + std::string(noun) + " is the man holding?");
    const auto answers = default_answers(question);
    EXPECT_NE(question.topic, "thing") << noun;
    EXPECT_EQ(std::set<std::string>(answers.begin(), answers.end()).size(), answers.size()) << noun;
  }
}

TEST(Negation, IsTheOppositeEitherWay) {
  using Pair = std::pair<std::string_view, std::string_view>;
  for (const auto& [positive, negative] :
       {Pair{"there is a dog", "there is no dog"},
        Pair{"there are dogs", "there are no dogs"},
        Pair{"there is water", "there is no water"},
        Pair{"there are three dogs", "there are not three dogs"},
        Pair{"there is something on the table", "there is nothing on the table"},
        Pair{"someone is smiling", "no one is smiling"},
        Pair{"everyone is happy", "not everyone is happy"},
        Pair{"all the people are sitting", "not all the people are sitting"},
        Pair{"the cat is sleeping", "the cat is not sleeping"},
        Pair{"he can swim", "he cannot swim"},
        Pair{"it will rain", "it will not rain"},
        Pair{"the man wears a hat", "the man does not wear a hat"},
        Pair{"the dog has eaten", "the dog has not eaten"},
        Pair{"the dog has a ball", "the dog has no ball"},
        Pair{"a dog running on grass", "a dog not running on grass"},
        Pair{"a red car", "not a red car"},
        Pair{"a photo of a cat", "not a photo of a cat"},
        Pair{"这是猫", "这不是猫"},
        Pair{"有狗", "没有狗"},
        Pair{"桌子上有杯子", "桌子上没有杯子"},
        Pair{"有人在骑马", "没有人在骑马"},
        Pair{"猫在沙发上", "猫不在沙发上"},
        Pair{"狗会游泳", "狗不会游泳"},
        Pair{"男人戴着帽子", "男人没有戴着帽子"},
        Pair{"天气好", "天气不好"},
        Pair{"猫在睡觉", "猫没有在睡觉"}}) {
    EXPECT_EQ(negation(positive), negative);
    EXPECT_EQ(negation(negative), positive);
  }
}

TEST(Negation, ReadsContractionsAndVerbs) {
  EXPECT_EQ(negation("the man isn't smiling"), "the man is smiling");
  EXPECT_EQ(negation("the man doesn't look happy"), "the man looks happy");
  EXPECT_EQ(negation("they can't swim"), "they can swim");
  EXPECT_EQ(negation("There are no dogs."), "There are dogs.");
  EXPECT_EQ(negation("there is a dog!"), "there is no dog!");
  EXPECT_EQ(negation("two dogs play in a park"), "two dogs do not play in a park");
  EXPECT_EQ(negation("the man has two dogs"), "the man does not have two dogs");
  EXPECT_EQ(negation("there is a cat and a dog"), "there is no cat or dog");
  EXPECT_EQ(negation("a can of soda on a table"), "not a can of soda on a table");
  EXPECT_EQ(negation("天空很蓝"), "天空不蓝");
  EXPECT_EQ(negation("所有人都在跑步"), "所有人都没有在跑步");
  EXPECT_EQ(negation("红色的车"), "不是红色的车");
  for (const std::string_view text :
       {"no", "not", "there", "there is", "does not", "isn't", "没", "不", "在"}) {
    EXPECT_FALSE(negation(text).empty()) << text;
  }
}

}  // namespace
}  // namespace clip_classify
