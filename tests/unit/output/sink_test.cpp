#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <thread>

#include "clip_classify/error.h"
#include "clip_classify/writer.h"
#include "output/scratch_folder.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

std::string refusal(const fs::path& path) {
  try {
    open_sink(path.string());
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::output);
    return error.what();
  }
  return "no error";
}

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  ::stat(path.c_str(), &status);
  return status.st_mode & 07777;
}

void write_file(const fs::path& path, std::string_view text) {
  const auto sink = open_sink(path.string());
  sink->write(text);
  sink->commit();
}

/// Standard output leads to `descriptor` while this lives.
class RedirectedStdout {
 public:
  explicit RedirectedStdout(int descriptor) : saved_(::dup(STDOUT_FILENO)) {
    ::dup2(descriptor, STDOUT_FILENO);
  }
  ~RedirectedStdout() {
    ::dup2(saved_, STDOUT_FILENO);
    ::close(saved_);
  }
  RedirectedStdout(const RedirectedStdout&) = delete;
  RedirectedStdout& operator=(const RedirectedStdout&) = delete;

 private:
  int saved_;
};

TEST(FileSink, GivesTheFileItsNameWhenItIsWhole) {
  const ScratchFolder folder;
  {
    const auto sink = open_sink((folder / "out.csv").string());
    sink->write("a\n");
    sink->flush();
    ASSERT_EQ(folder.names().size(), 1U);
    EXPECT_THAT(folder.names().front(), testing::MatchesRegex("\\.out\\.csv\\.[a-z]+\\.tmp"));
    sink->write("b\n");
    sink->commit();
  }
  EXPECT_THAT(folder.names(), ElementsAre("out.csv"));
  EXPECT_EQ(content_of(folder / "out.csv"), "a\nb\n");
}

TEST(FileSink, LeavesNothingBehindWithoutCommit) {
  const ScratchFolder folder;
  open_sink((folder / "out.csv").string())->write("half");
  EXPECT_TRUE(folder.names().empty());
}

TEST(FileSink, KeepsTheOldFileUntilCommit) {
  const ScratchFolder folder;
  write_file(folder / "out", "old");
  open_sink((folder / "out").string())->write("half");
  EXPECT_EQ(content_of(folder / "out"), "old");
  write_file(folder / "out", "new");
  EXPECT_EQ(content_of(folder / "out"), "new");
}

TEST(FileSink, FollowsTheUmaskAndKeepsPermissions) {
  const ScratchFolder folder;
  const mode_t before = ::umask(027);
  write_file(folder / "new", "");
  ::umask(before);
  EXPECT_EQ(mode_of(folder / "new"), 0640U);
  for (const mode_t mode : {0600, 0666, 0755}) {
    ::chmod((folder / "new").c_str(), mode);
    write_file(folder / "new", "");
    EXPECT_EQ(mode_of(folder / "new"), mode);
  }
}

TEST(FileSink, ReplacesTheTargetOfALink) {
  const ScratchFolder folder;
  fs::create_directory(folder / "real");
  write_file(folder / "real" / "out", "old");
  fs::create_symlink("real/out", folder / "link");
  fs::create_symlink("link", folder / "link to link");
  write_file(folder / "link to link", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_TRUE(fs::is_symlink(folder / "link to link"));
  EXPECT_EQ(content_of(folder / "real" / "out"), "new");

  fs::create_symlink("real/later", folder / "dangling");
  write_file(folder / "dangling", "made");
  EXPECT_TRUE(fs::is_symlink(folder / "dangling"));
  EXPECT_EQ(content_of(folder / "real" / "later"), "made");

  fs::create_symlink("circle", folder / "circle");
  EXPECT_THAT(refusal(folder / "circle"), HasSubstr("symbolic links"));
}

TEST(FileSink, TakesAnyName) {
  const ScratchFolder folder;
  for (const std::string& name : {std::string("a\nb"), std::string("caf\xE9"), std::string(255, 'x')}) {
    write_file(folder / name, "x");
    EXPECT_EQ(content_of(folder / name), "x");
  }
  EXPECT_THAT(refusal(folder / std::string(256, 'x')), HasSubstr("File name too long"));
}

TEST(FileSink, WritesBesideTheWorkingFolder) {
  const ScratchFolder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder / "");
  write_file("plain", "x");
  fs::current_path(before);
  EXPECT_EQ(content_of(folder / "plain"), "x");
}

TEST(FileSink, IsRefusedAtOnce) {
  const ScratchFolder folder;
  EXPECT_THAT(refusal(folder / "none/out"), testing::EndsWith("none does not exist"));
  EXPECT_THAT(refusal(folder / "none/"), testing::EndsWith("none does not exist"));
  EXPECT_THAT(refusal(folder / ""), HasSubstr("is a folder"));
  EXPECT_THAT(refusal(""), HasSubstr("empty name"));
  write_file(folder / "file", "");
  EXPECT_THAT(refusal(folder / "file/out"), HasSubstr("Not a directory"));
  EXPECT_THAT(refusal("/proc/out"), HasSubstr("can't be created in the folder /proc"));
  EXPECT_THAT(refusal("/none\n/out"), HasSubstr("$'/none\\n' does not exist"));
}

TEST(FileSink, DoesNotReplaceWhatMayNotBeWritten) {
  const ScratchFolder folder;
  write_file(folder / "out", "old");
  ::chmod((folder / "out").c_str(), 0444);
  ::chmod((folder / "").c_str(), 0755);
  if (::geteuid() == 0) {  // root may write anything: look as somebody else
    ::chown((folder / "").c_str(), 65534, 65534);
    ASSERT_EQ(::seteuid(65534), 0);
  }
  EXPECT_THAT(refusal(folder / "out"), HasSubstr("Permission denied"));
  ::chmod((folder / "").c_str(), 0555);
  EXPECT_THAT(refusal(folder / "other"), HasSubstr("Permission denied"));
  ::chmod((folder / "").c_str(), 0755);
  ASSERT_EQ(::seteuid(::getuid()), 0);
  EXPECT_EQ(content_of(folder / "out"), "old");
}

TEST(FileSink, SaysWhenTheDiskIsFull) {
  const auto sink = open_sink("/dev/full");
  sink->write("x");
  try {
    sink->flush();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::output);
    EXPECT_STREQ(error.what(), "/dev/full: No space left on device");
  }
  sink->flush();  // what failed is not tried again while the error is on its way
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST(FileSink, LeavesNothingBehindWhenTheDiskFills) {
  const ScratchFolder folder;
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  const rlimit small{4096, old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  {
    const auto sink = open_sink((folder / "out").string());
    EXPECT_THROW(sink->write(std::string(100'000, 'x')), Error);
  }
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, before);
  EXPECT_TRUE(folder.names().empty());
}

TEST(SpecialSink, WritesDirectly) {
  const ScratchFolder folder;
  write_file("/dev/null", "x");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));

  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  std::string read;
  std::thread reader([&] { read = content_of(folder / "fifo"); });
  write_file(folder / "fifo", "through");
  reader.join();
  EXPECT_EQ(read, "through");
  EXPECT_THAT(folder.names(), ElementsAre("fifo"));
}

TEST(StdoutSink, AppendsToWhereTheShellIs) {
  const ScratchFolder folder;
  const int file = ::open((folder / "log").c_str(), O_RDWR | O_CREAT, 0600);
  ASSERT_EQ(::write(file, "before ", 7), 7);
  {
    const RedirectedStdout redirected(file);
    const std::vector<std::optional<std::string>> spellings = {std::nullopt, "-", "/dev/stdout", "/dev/fd/1",
                                                               "/proc/self/fd/1"};
    for (const auto& path : spellings) {
      const auto sink = open_sink(path);
      sink->write("x");
      sink->commit();
    }
    write_file("/dev/fd/" + std::to_string(file), "y");
  }
  ::close(file);
  EXPECT_EQ(content_of(folder / "log"), "before xxxxxy");
  EXPECT_THAT(folder.names(), ElementsAre("log"));
}

TEST(StdoutSink, ShowsNothingBeforeFlush) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_NONBLOCK), 0);
  const RedirectedStdout redirected(ends[1]);
  std::array<char, 8> read{};
  const auto sink = open_sink(std::nullopt);
  sink->write("row\n");
  EXPECT_EQ(::read(ends[0], read.data(), read.size()), -1);
  sink->flush();
  EXPECT_EQ(::read(ends[0], read.data(), read.size()), 4);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(StdoutSink, WaitsForASlowReaderOfANonBlockingPipe) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  std::string read;
  std::thread reader([&] {
    std::array<char, 4096> block{};
    for (ssize_t size = 0; (size = ::read(ends[0], block.data(), block.size())) > 0;) {
      read.append(block.data(), static_cast<std::size_t>(size));
    }
  });
  const std::string sent(1'000'000, 'x');
  {
    const RedirectedStdout redirected(ends[1]);
    ::close(ends[1]);
    const auto sink = open_sink(std::nullopt);
    sink->write(sent);
    sink->flush();
  }
  reader.join();
  ::close(ends[0]);
  EXPECT_EQ(read, sent);
}

TEST(StdoutSink, TellsOfAClosedPipe) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::close(ends[0]);
  {
    const RedirectedStdout redirected(ends[1]);
    const auto sink = open_sink(std::nullopt);
    sink->write("x");
    EXPECT_THROW(sink->flush(), ClosedPipe);
    sink->commit();
  }
  ::close(ends[1]);
  std::signal(SIGPIPE, before);
}

TEST(StdoutSink, TellsOfAFullDiskAndAClosedDescriptor) {
  const int full = ::open("/dev/full", O_WRONLY);
  std::string message;
  {
    const RedirectedStdout redirected(full);
    const auto sink = open_sink(std::nullopt);
    sink->write("x");
    try {
      sink->flush();
    } catch (const Error& error) {
      message = error.what();
    }
  }
  ::close(full);
  EXPECT_EQ(message, "standard output: No space left on device");
  EXPECT_THAT(refusal("/dev/fd/987"), HasSubstr("is closed"));
}

}  // namespace
}  // namespace clip_classify
