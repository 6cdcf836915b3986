#include "clip_classify/partial_file.h"

#include <gtest/gtest.h>

#include "output/scratch_folder.h"

namespace clip_classify {
namespace {

const Settings kSettings{{"labels", "cat"}, {"model", "compact"}};

class PartialFileTest : public ::testing::Test {
 protected:
  std::string path() const { return (folder_ / "out").string(); }
  std::string part() const { return content_of(folder_ / "out.part"); }

  /// A run over inputs "0", "1", ... up to `end` that is cut off behind the last checkpoint.
  void cut_off_run(int end, const std::string& torn = "") const {
    PartialFile file(path(), kSettings);
    auto source = inputs(0, end);
    file.skip_inputs(source);
    add(file, static_cast<int>(file.inputs()), end);
    file.write(torn);
    file.flush();
  }

  static void add(PartialFile& file, int begin, int end) {
    for (int input = begin; input < end; ++input) {
      file.write("line " + std::to_string(input) + "\n");
      file.add_input(std::to_string(input), input == 1);
      file.checkpoint();
    }
  }

  static std::string lines(int end) {
    std::string text;
    for (int input = 0; input < end; ++input) {
      text += "line " + std::to_string(input) + "\n";
    }
    return text;
  }

  static InputSource inputs(int begin, int end) {
    InputOptions options;
    for (int input = begin; input < end; ++input) {
      options.paths.push_back(std::to_string(input));  // none of them exists, which does not matter here
    }
    return InputSource(options);
  }

  /// What is wrong with taking the file up; empty if nothing is.
  std::string trouble(const Settings& settings = kSettings) const {
    try {
      PartialFile file(path(), settings);
      auto source = inputs(0, 9);
      file.skip_inputs(source);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  void spoil(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }

  ScratchFolder folder_;
};

TEST_F(PartialFileTest, OnlyACommittedFileHasItsName) {
  {
    PartialFile file(path(), kSettings);
    EXPECT_FALSE(file.resumes());
    add(file, 0, 3);
    EXPECT_EQ(folder_.names().size(), 2U);
    EXPECT_EQ(part(), lines(3));
    file.commit();
  }
  EXPECT_EQ(folder_.names(), std::vector<std::string>{"out"});
  EXPECT_EQ(content_of(path()), lines(3));
}

TEST_F(PartialFileTest, GoesOnBehindTheLastCheckpoint) {
  cut_off_run(3, "torn li");
  PartialFile file(path(), kSettings);
  EXPECT_TRUE(file.resumes());
  EXPECT_EQ(file.inputs(), 3U);
  EXPECT_EQ(file.failed(), 1U);
  EXPECT_EQ(part(), lines(3));
  auto source = inputs(0, 5);
  file.skip_inputs(source);
  EXPECT_EQ(source.next()->path, "3");
  add(file, 3, 5);
  file.commit();
  EXPECT_EQ(content_of(path()), lines(5));
}

TEST_F(PartialFileTest, CanBeCutOffAgainAndAgain) {
  for (int end = 1; end < 6; ++end) {
    cut_off_run(end, "x");
  }
  EXPECT_EQ(trouble(), "");
  PartialFile file(path(), kSettings);
  EXPECT_EQ(file.inputs(), 5U);
  file.commit();
  EXPECT_EQ(content_of(path()), lines(5));
}

TEST_F(PartialFileTest, ATornJournalCostsOneCheckpoint) {
  cut_off_run(3);
  const auto journal = content_of(folder_ / "out.part.journal");
  spoil("out.part.journal", journal.substr(0, journal.size() - 1));
  PartialFile file(path(), kSettings);
  EXPECT_EQ(file.inputs(), 2U);
  EXPECT_EQ(part(), lines(2));
}

TEST_F(PartialFileTest, WhatWasAlteredIsWrittenAgain) {
  cut_off_run(3);
  spoil("out.part", "line 0\nlime 1\nline 2\n");
  PartialFile file(path(), kSettings);
  EXPECT_EQ(file.inputs(), 1U);
  EXPECT_EQ(part(), lines(1));
}

TEST_F(PartialFileTest, OtherSettingsAreNamed) {
  cut_off_run(3);
  EXPECT_NE(trouble({{"labels", "dog"}, {"model", "compact"}}).find("labels"), std::string::npos);
  EXPECT_NE(trouble({{"labels", "cat"}}).find("model"), std::string::npos);
  auto more = kSettings;
  more["news"] = "1";
  EXPECT_NE(trouble(more).find("news"), std::string::npos);
  EXPECT_EQ(trouble(), "");
}

TEST_F(PartialFileTest, OtherInputsAreAnError) {
  cut_off_run(3);
  for (const auto& [begin, end] : {std::pair(1, 9), std::pair(0, 2)}) {
    PartialFile file(path(), kSettings);
    auto source = inputs(begin, end);
    EXPECT_THROW(file.skip_inputs(source), Error);
  }
  EXPECT_EQ(part(), lines(3));  // nothing is lost by the attempt
}

TEST_F(PartialFileTest, AMissingOrDamagedJournalIsAnError) {
  cut_off_run(3);
  for (const auto* journal : {"", "{}", "[1]\n", "{\"labels\":1}\n"}) {
    spoil("out.part.journal", journal);
    EXPECT_NE(trouble().find("out.part.journal is missing or damaged"), std::string::npos) << journal;
  }
  EXPECT_EQ(part(), lines(3));
}

TEST_F(PartialFileTest, TwoRunsAtATimeAreRefused) {
  const PartialFile file(path(), kSettings);
  EXPECT_NE(trouble().find("another run"), std::string::npos);
}

TEST_F(PartialFileTest, ARunThatDidNothingLeavesNothing) {
  { const PartialFile file(path(), kSettings); }
  EXPECT_TRUE(folder_.names().empty());
}

TEST_F(PartialFileTest, TheOldFileStaysUntilTheNewOneIsDone) {
  spoil("out", "old");
  std::filesystem::permissions(path(), std::filesystem::perms::owner_all);
  cut_off_run(2);
  EXPECT_EQ(content_of(path()), "old");
  PartialFile file(path(), kSettings);
  file.commit();
  EXPECT_EQ(content_of(path()), lines(2));
  EXPECT_EQ(std::filesystem::status(path()).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(PartialFileTest, NeedsARegularFileInAFolder) {
  EXPECT_THROW(PartialFile("/dev/null", kSettings), Error);
  EXPECT_THROW(PartialFile((folder_ / "no/such").string(), kSettings), Error);
  EXPECT_THROW(PartialFile("", kSettings), Error);
}

}  // namespace
}  // namespace clip_classify
