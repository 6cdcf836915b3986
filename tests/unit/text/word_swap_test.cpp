#include "text/word_swap.h"

#include <gtest/gtest.h>

#include "clip_classify/error.h"

namespace clip_classify {
namespace {

TEST(WordSwap, WholeWordsBothWays) {
  const WordSwap swap("man=woman, he = she", "--counterfactual");
  EXPECT_EQ(swap("a man, and the woman he's with"), "a woman, and the man she's with");
  EXPECT_EQ(swap("a fireman, man-made; the human"), "a fireman, man-made; the human");
  EXPECT_EQ(swap(""), "");
}

TEST(WordSwap, KeepsCapitals) {
  const WordSwap swap("man=woman,\u00e9t\u00e9=hiver", "--counterfactual");
  EXPECT_EQ(swap("Man MAN man"), "Woman WOMAN woman");
  EXPECT_EQ(swap("\u00c9t\u00e9, HIVER"), "Hiver, \u00c9T\u00c9");
}

TEST(WordSwap, TheLongestPhraseFirst) {
  const WordSwap swap("man=woman,old man=old lady", "--counterfactual");
  EXPECT_EQ(swap("an old man and a man"), "an old lady and a woman");
}

std::string error_of(const std::string& pairs) {
  try {
    const WordSwap swap(pairs, "--counterfactual");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(WordSwap, RefusesWhatIsNoListOfPairs) {
  for (const std::string pairs :
       {"man", "", "man=woman=x", "man=", "man=woman,", "a=b,B=c", "a=a", "a=\x01"}) {
    EXPECT_TRUE(error_of(pairs).starts_with("--counterfactual: ")) << pairs << ": " << error_of(pairs);
  }
}

}  // namespace
}  // namespace clip_classify
