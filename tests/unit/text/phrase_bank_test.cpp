#include "clip_classify/phrase_bank.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "clip_classify/error.h"
#include "text/scratch_file.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

std::vector<Phrase> read(std::string_view content) {
  return read_phrase_bank(ScratchFile(content, "bank.tsv").path());
}

std::string refusal(std::string_view content) {
  try {
    read(content);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "no error";
}

TEST(PhraseBank, TakesKindsAndLeavesSourcesOut) {
  EXPECT_THAT(
      read("# kind\tphrase\tsource\nthing\tcat\twordnet:n02121620\r\n\nplace\t beach \nattribute\tblack\n"
           "style\toil painting\town\t\nactivity\trunning\nstuff\tgrass\n"),
      ElementsAre(Phrase{"cat", "thing"}, Phrase{"beach", "place"}, Phrase{"black", "attribute"},
                  Phrase{"oil painting", "style"}, Phrase{"running", "activity"}, Phrase{"grass", "stuff"}));
}

TEST(PhraseBank, TakesAPhraseALineAsThings) {
  EXPECT_THAT(read("\xEF\xBB\xBF# mine\n my cat \nLöwe\n猫\nplace\n"),
              ElementsAre(Phrase{"my cat", "thing"}, Phrase{"Löwe", "thing"}, Phrase{"猫", "thing"},
                          Phrase{"place", "thing"}));
}

TEST(PhraseBank, DuplicatesAreOne) {
  EXPECT_THAT(read("cat\ndog\n cat\n"), ElementsAre(Phrase{"cat", "thing"}, Phrase{"dog", "thing"}));
  EXPECT_THAT(read("thing\torange\nattribute\torange\nthing\torange\tagain\n"),
              ElementsAre(Phrase{"orange", "thing"}, Phrase{"orange", "attribute"}));
}

TEST(PhraseBank, FilesAddUp) {
  const ScratchFile one("thing\tcat\nplace\tbeach\n", "one.tsv");
  const ScratchFile two("dog\ncat\n", "two.txt");
  const std::vector<std::string> paths{one.path(), two.path()};
  EXPECT_THAT(read_phrase_banks(paths),
              ElementsAre(Phrase{"cat", "thing"}, Phrase{"beach", "place"}, Phrase{"dog", "thing"}));
}

TEST(PhraseBank, IsRefusedByLine) {
  EXPECT_THAT(
      refusal("thing\tcat\ncolour\tred\n"),
      EndsWith(
          "bank.tsv:2: unknown kind 'colour'; there are thing, stuff, place, attribute, activity, style"));
  EXPECT_THAT(refusal("thing\tcat\ndog\n"), HasSubstr("bank.tsv:2: unknown kind 'dog'"));
  EXPECT_THAT(refusal("thing\tcat\n\nplace\n"), EndsWith("bank.tsv:3: no phrase after the kind place"));
  EXPECT_THAT(refusal("thing\t\twordnet\n"), EndsWith("bank.tsv:1: no phrase after the kind thing"));
  EXPECT_THAT(refusal("cat\ncaf\xE9\n"), HasSubstr("bank.tsv:2: not UTF-8"));
  EXPECT_THAT(refusal("cat\nd\x01g\n"), HasSubstr("bank.tsv:2: holds a control character"));
  EXPECT_THAT(refusal("cat\ndog\tbig\n"), HasSubstr("bank.tsv:2: holds a control character"));
  EXPECT_THAT(refusal("# nothing\n\n"), EndsWith("bank.tsv: holds no phrases"));
  EXPECT_THAT(refusal(""), EndsWith("bank.tsv: holds no phrases"));
}

TEST(PhraseBank, IsRefusedWhenMissing) {
  try {
    read_phrase_bank("/no/such.tsv");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "--phrases /no/such.tsv: No such file or directory");
  }
}

TEST(PhraseBank, MayBeLarge) {
  std::string content;
  for (int i = 0; i < 100'000; ++i) content += "phrase number " + std::to_string(i) + "\n";
  const auto phrases = read(content + content);
  ASSERT_EQ(phrases.size(), 100'000U);
  EXPECT_EQ(phrases.back().text, "phrase number 99999");
}

TEST(PhraseBank, IsFoundBesideTheModels) {
  const ScratchFile file("cat\n", "bank.tsv");
  const fs::path models = file.folder() / "models";
  fs::create_directories(models / "phrases");
  const std::vector<fs::path> folders{"/no/such", models};
  EXPECT_THROW(shipped_phrase_bank(folders), Error);
  fs::copy(file.path(), models / "phrases/bank.tsv");
  EXPECT_EQ(shipped_phrase_bank(folders), models / "phrases/bank.tsv");
  try {
    shipped_phrase_bank(std::vector<fs::path>{"/no/such", "/nor/this"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    EXPECT_THAT(error.what(), HasSubstr("no phrases/bank.tsv in /no/such, /nor/this: "));
  }
}

/// The bank that ships: as large as its description says, every kind in it.
TEST(PhraseBank, ShipsWithTheModels) {
  const auto phrases = read_phrase_bank(shipped_phrase_bank(std::vector<fs::path>{MODELS_DIR}).string());
  EXPECT_GT(phrases.size(), 3000U);
  EXPECT_LT(phrases.size(), 5500U);
  for (const auto kind : kPhraseKinds) {
    const auto count =
        std::count_if(phrases.begin(), phrases.end(), [&](const Phrase& p) { return p.kind == kind; });
    EXPECT_GE(count, 50) << kind;
  }
  EXPECT_THAT(phrases, testing::Contains(Phrase{"cat", "thing"}));
  EXPECT_THAT(phrases, testing::Contains(Phrase{"kitchen", "place"}));
}

}  // namespace
}  // namespace clip_classify
