#include "train/text_sides.h"

#include <gtest/gtest.h>

namespace clip_classify {
namespace {

TEST(TellsSides, FindsTheWordsAndNoOthers) {
  for (const auto* text :
       {"a circle left of a square", "Right.", "the leftmost one", "turn (LEFT)", "猫在狗的左边"}) {
    EXPECT_TRUE(tells_sides(text)) << text;
  }
  for (const auto* text : {"a cat", "", "a bright day, leftovers", "copyright", "上"}) {
    EXPECT_FALSE(tells_sides(text)) << text;
  }
}

}  // namespace
}  // namespace clip_classify
