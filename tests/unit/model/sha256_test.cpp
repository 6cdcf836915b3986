#include "model/sha256.h"

#include <gtest/gtest.h>

namespace clip_classify {
namespace {

TEST(Sha256, GivesTheStandardsExample) {  // FIPS 180-4, one block
  EXPECT_EQ(hex(Sha256().add("abc").sum()),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, GoesOnAfterASumAndInACopy) {
  Sha256 sum;
  sum.add("a");
  const auto of_a = sum.sum();
  Sha256 copy = sum;
  EXPECT_EQ(sum.add("bc").sum(), Sha256().add("abc").sum());
  EXPECT_EQ(copy.sum(), of_a);
  copy = sum;
  EXPECT_EQ(copy.sum(), sum.sum());
}

TEST(Sha256, TellsFieldsApart) {
  EXPECT_NE(Sha256().add_field("ab").add_field("c").sum(), Sha256().add_field("a").add_field("bc").sum());
  EXPECT_NE(Sha256().add_field("").sum(), Sha256().sum());
}

}  // namespace
}  // namespace clip_classify
