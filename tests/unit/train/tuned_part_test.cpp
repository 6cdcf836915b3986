#include "train/tuned_part.h"

#include <gtest/gtest.h>

#include "clip_classify/error.h"

namespace clip_classify {
namespace {

/// As Hugging Face's CLIP names them: the encoder and the projection are the numbered parts of a list, too.
ParameterOrder vision_tower() {
  ParameterOrder order;
  order.names = {"model.0.embeddings.patch.weight"};
  for (const std::string block : {"0", "1", "2"}) {
    for (const std::string name : {"norm.weight", "attention.weight", "mlp.0.weight", "mlp.2.weight"}) {
      order.names.push_back(std::string("model.0.layers.").append(block).append(".").append(name));
    }
  }
  order.names.insert(order.names.end(), {"model.0.norm.weight", "model.1.weight"});
  order.last = {"model.1.weight"};
  return order;
}

TEST(BlockStarts, AreThoseOfTheBlocksThatAreAlike) {
  EXPECT_EQ(block_starts(vision_tower().names), (std::vector<std::size_t>{1, 5, 9}));
  EXPECT_TRUE(block_starts({"stem.weight", "head.weight"}).empty());
  EXPECT_TRUE(block_starts({"stages.0.norm.weight", "stages.1.convolution.weight"}).empty());
}

TEST(TunedNames, TakesTheLastBlocksAndWhatFollows) {
  const auto order = vision_tower();
  using Kind = TunedPart::Kind;
  EXPECT_EQ(tuned_names(order, {Kind::projection}, "image encoder"), order.last);
  EXPECT_EQ(tuned_names(order, {Kind::all}, "image encoder"), order.names);
  const auto last = tuned_names(order, {Kind::last_blocks, 1}, "image encoder");
  ASSERT_EQ(last.size(), 6U);
  EXPECT_EQ(last.front(), "model.0.layers.2.norm.weight");
  EXPECT_EQ(last.back(), "model.1.weight");
}

TEST(TunedNames, SaysHowManyBlocksThereAre) {
  try {
    tuned_names(vision_tower(), {TunedPart::Kind::last_blocks, 4}, "image encoder");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_STREQ(error.what(), "--tune last:4: the image encoder has 3 blocks");
  }
}

TEST(TunedNames, AreNoneOfAnEncoderWithoutParameters) {
  EXPECT_TRUE(tuned_names({}, {TunedPart::Kind::last_blocks, 4}, "image encoder").empty());
}

}  // namespace
}  // namespace clip_classify
