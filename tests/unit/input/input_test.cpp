#include "clip_classify/input.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <chrono>
#include <thread>

#include "input/folder_walk.h"
#include "scratch.h"

namespace clip_classify {
namespace {

using test::PipedInput;
using test::Scratch;

/// Each input's path, or "path!code" for an error.
std::vector<std::string> drain(InputSource& source) {
  std::vector<std::string> seen;
  while (const auto input = source.next()) {
    seen.push_back(input->path + (input->error ? "!" + input->error->code() : ""));
  }
  return seen;
}

std::vector<std::string> inputs_of(InputOptions options) {
  InputSource source(std::move(options));
  return drain(source);
}

std::string usage_failure(InputOptions options) {
  try {
    InputSource source(std::move(options));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "";
}

using Paths = std::vector<std::string>;

TEST(InputSource, FilesComeInTheOrderGivenWhateverTheirExtension) {
  const Scratch scratch;
  const std::string b = scratch.file("b.txt");
  const std::string a = scratch.file("a.jpg");
  EXPECT_EQ(inputs_of({{b, a, b}, {}, false}), (Paths{b, a, b}));
}

TEST(InputSource, AFolderIsWalkedInByteOrderWithItsFolders) {
  const Scratch scratch;
  for (const char* name : {"b.png", "a/z.JPG", "a/1.gif", "a.jpg", "B.jpeg", "notes.txt", ".hidden.jpg",
                           ".git/x.jpg", "c/deep/er/x.webp", "empty/readme"}) {
    scratch.file(name);
  }
  EXPECT_EQ(inputs_of({{scratch.path()}, {}, false}),
            (Paths{scratch.path("B.jpeg"), scratch.path("a/1.gif"), scratch.path("a/z.JPG"),
                   scratch.path("a.jpg"), scratch.path("b.png"), scratch.path("c/deep/er/x.webp")}));
  EXPECT_EQ(inputs_of({{scratch.path() + "/"}, {}, false}).front(), scratch.path("B.jpeg"));
}

TEST(InputSource, LinksToFilesAreTakenAndLinksToFoldersAreNot) {
  const Scratch scratch;
  scratch.file("real/a.jpg");
  std::filesystem::create_directory_symlink(scratch.path(), scratch.path("real/loop"));
  std::filesystem::create_symlink(scratch.path("real/a.jpg"), scratch.path("link.jpg"));
  std::filesystem::create_symlink(scratch.path("gone"), scratch.path("real/broken.jpg"));
  mkfifo(scratch.path("pipe.jpg").c_str(), 0600);
  EXPECT_EQ(inputs_of({{scratch.path()}, {}, false}),
            (Paths{scratch.path("link.jpg"), scratch.path("real/a.jpg"), scratch.path("real/broken.jpg")}));
  // A link named by the user is followed.
  EXPECT_EQ(inputs_of({{scratch.path("real/loop")}, {}, false}).size(), 3);
}

TEST(InputSource, WhatCanNotBeReadKeepsItsPlace) {
  const Scratch scratch;
  const std::string good = scratch.file("good.jpg");
  scratch.file("texts/readme.txt");
  EXPECT_EQ(inputs_of({{"/no/such.jpg", scratch.path("texts"), good, good + "/x"}, {}, false}),
            (Paths{"/no/such.jpg!missing", scratch.path("texts") + "!no_images", good, good + "/x!missing"}));
}

TEST(InputSource, AnUnreadableFolderIsAnErrorAmongTheRest) {
  if (geteuid() == 0) {
    GTEST_SKIP() << "root reads everything";
  }
  const Scratch scratch;
  scratch.file("a.jpg");
  scratch.file("b/x.jpg");
  chmod(scratch.path("b").c_str(), 0);
  EXPECT_EQ(inputs_of({{scratch.path()}, {}, false}),
            (Paths{scratch.path("a.jpg"), scratch.path("b") + "!unreadable"}));
  chmod(scratch.path("b").c_str(), 0700);
}

TEST(InputSource, ListsSkipBlankLinesAndForeignMarks) {
  const Scratch scratch;
  const std::string a = scratch.file("a.jpg");
  const std::string odd = scratch.file("odd.jpg\r");
  scratch.file("folder/x.png");
  const std::string list = scratch.file("list", "\xEF\xBB\xBF" + a + "\r\n\r\n\n" + odd + "\n" +
                                                    scratch.path("folder") + "\nmissing.jpg\n" + a);
  EXPECT_EQ(inputs_of({{}, list, false}),
            (Paths{a, odd, scratch.path("folder/x.png"), "missing.jpg!missing", a}));
}

TEST(InputSource, NulListsTakeEveryOtherByte) {
  const Scratch scratch;
  const std::string odd = scratch.file("two\nlines \xFF.jpg");
  const std::string list = scratch.file("list", odd + '\0' + '\0' + odd + '\0');
  EXPECT_EQ(inputs_of({{odd}, list, true}), (Paths{odd, odd, odd}));
}

TEST(InputSource, ANulListReadAsLinesSaysWhatIsWrong) {
  const Scratch scratch;
  const std::string list = scratch.file("list", std::string("a.jpg\0b.jpg\0", 12));
  InputSource source({{}, list, false});
  EXPECT_STREQ(source.next()->error->what(), "no such file (a NUL-separated list needs -0)");
  EXPECT_FALSE(source.next().has_value());
}

TEST(InputSource, AnEntryLongerThanAnyPathIsSkipped) {
  const Scratch scratch;
  const std::string a = scratch.file("a.jpg");
  const std::string list =
      scratch.file("list", std::string(1 << 20, 'x') + "\n" + a + "\n" + std::string(1 << 20, 'y'));
  EXPECT_EQ(inputs_of({{}, list, false}), (Paths{list + "!missing", a, list + "!missing"}));
}

TEST(InputSource, ADashInAListIsAFileOfThatName) {
  const Scratch scratch;
  EXPECT_EQ(inputs_of({{}, scratch.file("list", "-\n"), false}), (Paths{"./-!missing"}));
}

TEST(InputSource, FilesOnlyAreOneInputEach) {
  const Scratch scratch;
  const std::string a = scratch.file("folder/a.jpg");
  const std::string folder = scratch.path() + "/folder";
  EXPECT_EQ(inputs_of({{folder, "-", a}, {}, false, true}),
            (Paths{folder + "!unreadable", "./-!missing", a}));
}

TEST(InputSource, UsageErrorsNameWhatIsWrong) {
  EXPECT_NE(usage_failure({}).find("no images given"), std::string::npos);
  EXPECT_EQ(usage_failure({{"-", "a.jpg", "-"}, {}, false}),
            "standard input can be read only once, but the image '-' and the image '-' both read it");
  EXPECT_EQ(usage_failure({{"-"}, "-", false}),
            "standard input can be read only once, but the image '-' and --files-from - both read it");
  EXPECT_EQ(usage_failure({{}, "/no/list", false}), "can't read the list /no/list: no such file");
  EXPECT_EQ(usage_failure({{}, "/tmp", false}), "can't read the list /tmp: is a folder");
}

TEST(InputSource, AListOnStandardInputIsReadAsItArrives) {
  const Scratch scratch;
  const std::string a = scratch.file("a.jpg");
  PipedInput input;
  InputSource source({{}, "-", false});
  EXPECT_TRUE(source.arrives_on_stdin());
  EXPECT_FALSE(source.count().has_value());
  for (int round = 0; round < 3; ++round) {
    input.write(a + "\n");
    EXPECT_EQ(source.next()->path, a);
  }
  input.write(a);
  input.finish();
  EXPECT_EQ(drain(source), (Paths{a}));
}

TEST(InputSource, StopEndsAWaitForStandardInput) {
  const PipedInput input;
  input.write("half a li");
  InputSource source({{}, "-", false});
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    source.stop();
  });
  EXPECT_FALSE(source.next().has_value());
  EXPECT_FALSE(source.next().has_value());
  EXPECT_THROW(source.read("-"), Error);
  stopper.join();
}

TEST(InputSource, CountsByWalkingAgain) {
  const Scratch scratch;
  scratch.file("f/a.jpg");
  scratch.file("f/b.jpg");
  const std::string list = scratch.file("list", scratch.path("f") + "\n/no/such\n");
  InputSource source({{scratch.path("f")}, list, false});
  EXPECT_TRUE(source.next().has_value());
  EXPECT_EQ(source.count(), 5);
  EXPECT_EQ(drain(source).size(), 4);
  EXPECT_FALSE(source.arrives_on_stdin());
}

std::string read_failure(const std::string& path, std::size_t max_bytes = kDefaultMaxBytes) {
  try {
    read_bytes(path, max_bytes);
  } catch (const Error& error) {
    return error.code() + ": " + error.what();
  }
  return "";
}

TEST(ReadBytes, ReadsWholeFilesOfAnySize) {
  const Scratch scratch;
  for (const std::size_t size : {std::size_t{1}, std::size_t{4096}, std::size_t{1} << 20}) {
    EXPECT_EQ(read_bytes(scratch.file("f", std::string(size, 'x')), size).size(), size);
  }
  EXPECT_FALSE(read_bytes("/proc/self/status").empty());
}

TEST(ReadBytes, FailuresHaveCodes) {
  const Scratch scratch;
  EXPECT_EQ(read_failure("/no/such"), "missing: no such file");
  EXPECT_EQ(read_failure(scratch.path()), "unreadable: is a folder");
  EXPECT_EQ(read_failure(scratch.file("empty", "")), "empty: the file is empty");
  EXPECT_EQ(read_failure(scratch.file("large", "12345"), 4), "too_large: is over the limit of 4 bytes");
  EXPECT_EQ(read_failure("/dev/zero", 1 << 20), "too_large: is over the limit of 1048576 bytes");
  if (geteuid() != 0) {
    chmod(scratch.file("secret").c_str(), 0);
    EXPECT_EQ(read_failure(scratch.path("secret")), "unreadable: permission denied");
  }
}

TEST(ReadBytes, ADashIsStandardInput) {
  PipedInput input;
  input.write("bytes");
  input.finish();
  EXPECT_EQ(read_bytes("-").size(), 5);
  EXPECT_EQ(read_failure("-"), "empty: standard input is empty");
}

TEST(ImageExtension, IsToldInAnyCase) {
  for (const char* name : {"a.jpg", "a.b.JPEG", "x.TiFf", "a.jp2", "a.pgm"}) {
    EXPECT_TRUE(has_image_extension(name)) << name;
  }
  for (const char* name : {"jpg", "a.jpg.txt", "a.", "a.mp4", ""}) {
    EXPECT_FALSE(has_image_extension(name)) << name;
  }
}

Paths shard_of(InputOptions options, std::size_t index, std::size_t count) {
  options.shard = {index, count};
  return inputs_of(std::move(options));
}

TEST(Shards, AddUpToTheWholeAndDifferByOneAtMost) {
  const Scratch scratch;
  Paths given = {scratch.path("folder"), "/no/such.jpg"};
  for (int index = 0; index < 7; ++index) {
    scratch.file("folder/" + std::to_string(index) + ".jpg");
  }
  const std::string list = scratch.file("list", scratch.file("last.jpg") + "\n/no/other.jpg\n");
  const Paths whole = inputs_of({given, list, false});
  ASSERT_EQ(whole.size(), 10);
  for (const std::size_t count : {1, 2, 3, 7, 10, 13}) {
    Paths together;
    for (std::size_t index = 1; index <= count; ++index) {
      const Paths part = shard_of({given, list, false}, index, count);
      EXPECT_TRUE(part.size() == 10 / count || part.size() == 10 / count + 1) << index << '/' << count;
      together.insert(together.end(), part.begin(), part.end());
    }
    EXPECT_EQ(together, whole) << count;
  }
}

TEST(Shards, AListOnStandardInputIsHeld) {
  for (std::size_t index = 1; index <= 3; ++index) {
    PipedInput input;
    input.write("a.jpg\nb.jpg\nc.jpg\nd.jpg\n");
    input.finish();
    InputOptions options{{}, "-", false};
    options.shard = {index, 3};
    InputSource source(options);
    EXPECT_FALSE(source.arrives_on_stdin());
    EXPECT_EQ(source.count(), std::nullopt);
    const std::array<Paths, 3> parts = {
        Paths{"a.jpg!missing"}, {"b.jpg!missing"}, {"c.jpg!missing", "d.jpg!missing"}};
    EXPECT_EQ(drain(source), parts[index - 1]);
  }
}

TEST(Shards, BatchesAtTheirEdgesComeWhole) {
  const Scratch scratch;
  Paths given;
  for (int index = 0; index < 20; ++index) {
    given.push_back(std::to_string(index));
  }
  for (std::size_t index = 1; index <= 3; ++index) {
    InputOptions options{given, {}, false};
    options.shard = {index, 3, 4};  // 0..5, 6..12, 13..19, in batches of 4
    InputSource source(options);
    Paths own;
    Paths all;
    while (const auto input = source.next()) {
      all.push_back(input->path);
      if (!input->is_neighbour) {
        own.push_back(input->path);
      }
    }
    const std::array<std::array<int, 4>, 3> places = {{{0, 0, 6, 8}, {4, 6, 13, 16}, {12, 13, 20, 20}}};
    const auto [first, begin, end, last] = places[index - 1];
    EXPECT_EQ(all, Paths(given.begin() + first, given.begin() + last));
    EXPECT_EQ(own, Paths(given.begin() + begin, given.begin() + end));
  }
}

TEST(Shards, AreCounted) {
  const Scratch scratch;
  for (const char* name : {"a.jpg", "b.jpg", "c.jpg"}) {
    scratch.file(name);
  }
  InputOptions options{{scratch.path()}, {}, false};
  options.shard = {2, 2};
  EXPECT_EQ(InputSource(options).count(), 2);
}

TEST(Shards, StopEndsTheCounting) {
  const PipedInput input;
  InputOptions options{{}, "-", false};
  options.shard = {1, 2};
  InputSource source(options);
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    source.stop();
  });
  EXPECT_FALSE(source.next().has_value());
  stopper.join();
}

}  // namespace
}  // namespace clip_classify
