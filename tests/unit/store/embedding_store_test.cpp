#include "store/embedding_store.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>
#include <vector>

#include "../input/scratch.h"

namespace clip_classify {
namespace {

using std::chrono::milliseconds;
using test::Scratch;

constexpr std::size_t kWidth = 600;

std::vector<float> row_of(int number) {
  std::vector<float> row(kWidth);
  for (std::size_t index = 0; index < kWidth; ++index) {
    row[index] = static_cast<float>(number) + static_cast<float>(index) / 1000;
  }
  return row;
}

EmbeddingStore open_store(const std::string& path, const std::string& space = "model",
                          milliseconds patience = milliseconds(20)) {
  return {path, space, kWidth, patience};
}

void keep(EmbeddingStore& store, int first, int count) {
  Transaction transaction(store.database());
  for (int number = first; number < first + count; ++number) {
    store.keep("key " + std::to_string(number), row_of(number), number);
  }
  transaction.commit();
}

/// The row under a key and its note; nothing where there is none.
std::vector<float> found(EmbeddingStore& store, int number) {
  std::vector<float> row(kWidth);
  std::int64_t note = 0;
  if (!store.find("key " + std::to_string(number), row, note)) {
    return {};
  }
  EXPECT_EQ(note, number);
  return row;
}

std::string code_of_opening(const std::string& path) {
  try {
    open_store(path);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::output);
    EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
    return error.code();
  }
  return "";
}

TEST(EmbeddingStore, GivesBackWhatWasKept) {
  const Scratch scratch;
  {
    auto store = open_store(scratch.path("a"));
    keep(store, 0, 30);
    EXPECT_EQ(found(store, 7), row_of(7));
    EXPECT_TRUE(found(store, 30).empty());
  }
  auto again = open_store(scratch.path("a"));
  EXPECT_EQ(found(again, 29), row_of(29));
}

TEST(EmbeddingStore, ReplacesARow) {
  const Scratch scratch;
  auto store = open_store(scratch.path("a"));
  keep(store, 5, 1);
  Transaction transaction(store.database());
  store.keep("key 5", row_of(50), 5);
  transaction.commit();
  EXPECT_EQ(found(store, 5), row_of(50));
}

TEST(EmbeddingStore, KeepsSpacesApart) {
  const Scratch scratch;
  auto one = open_store(scratch.path("a"), "one");
  auto other = open_store(scratch.path("a"), "other");
  keep(one, 0, 1);
  EXPECT_TRUE(found(other, 0).empty());
  keep(other, 0, 2);
  EXPECT_TRUE(found(one, 1).empty());
}

TEST(EmbeddingStore, AnUncommittedTransactionLeavesNothing) {
  const Scratch scratch;
  auto store = open_store(scratch.path("a"));
  {
    const Transaction transaction(store.database());
    store.keep("key 1", row_of(1), 1);
  }
  EXPECT_TRUE(found(store, 1).empty());
  keep(store, 1, 1);
  EXPECT_EQ(found(store, 1), row_of(1));
}

TEST(EmbeddingStore, AnEmptyFileIsANewStore) {
  const Scratch scratch;
  auto store = open_store(scratch.file("a", ""));
  keep(store, 0, 1);
  EXPECT_EQ(found(store, 0), row_of(0));
}

TEST(EmbeddingStore, NamesWhatIsNoStoreAndLeavesItAsItIs) {
  const Scratch scratch;
  const std::string text(5000, 'x');
  EXPECT_EQ(code_of_opening(scratch.file("text", text)), "damaged");
  std::ifstream stream(scratch.path("text"));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), text);
  Database(scratch.path("other"), milliseconds(20)).run("CREATE TABLE recipes (name TEXT)");
  EXPECT_EQ(code_of_opening(scratch.path("other")), "store");
  EXPECT_EQ(code_of_opening(scratch.path("no/such/folder")), "store");
  EXPECT_EQ(code_of_opening(scratch.path()), "store");
  EXPECT_THROW(open_store(""), Error);
}

TEST(EmbeddingStore, RefusesANewerVersion) {
  const Scratch scratch;
  open_store(scratch.path("a")).database().run("PRAGMA user_version = 2");
  EXPECT_EQ(code_of_opening(scratch.path("a")), "store");
}

TEST(EmbeddingStore, ALockedStoreIsAnErrorInTheEnd) {
  const Scratch scratch;
  auto store = open_store(scratch.path("a"));
  auto other = open_store(scratch.path("a"));
  const Transaction held(other.database());
  EXPECT_TRUE(found(store, 1).empty());  // readers are not held up
  try {
    keep(store, 1, 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "busy");
  }
}

/// Whatever byte is damaged, a row is right, gone or an error.
TEST(EmbeddingStore, DamageIsNeverAWrongAnswer) {
  const Scratch scratch;
  {
    auto store = open_store(scratch.path("whole"));
    keep(store, 0, 12);
  }
  std::ifstream stream(scratch.path("whole"), std::ios::binary);
  const std::string whole(std::istreambuf_iterator<char>(stream), {});
  int errors = 0;
  for (std::size_t position = 0; position < whole.size(); position += 331) {
    auto bytes = whole;
    bytes[position] = static_cast<char>(bytes[position] ^ 0x20);
    const auto path = scratch.file("damaged", bytes);
    try {
      auto store = open_store(path);
      for (int number = 0; number < 12; ++number) {
        const auto row = found(store, number);
        ASSERT_TRUE(row.empty() || row == row_of(number)) << position;
      }
    } catch (const Error& error) {
      ASSERT_EQ(error.kind(), ErrorKind::output);
      ++errors;
    }
  }
  EXPECT_GT(errors, 50);
}

TEST(EmbeddingStore, ATruncatedFileIsAnError) {
  const Scratch scratch;
  {
    auto store = open_store(scratch.path("a"));
    keep(store, 0, 50);
  }
  ASSERT_EQ(truncate(scratch.path("a").c_str(), 70000), 0);
  EXPECT_THROW(
      {
        auto store = open_store(scratch.path("a"));
        for (int number = 0; number < 50; ++number) {
          found(store, number);
        }
      },
      Error);
}

/// Each process makes the file if it is first, and writes rows of its own beside the others'.
TEST(EmbeddingStore, ProcessesShareAFile) {
  const Scratch scratch;
  constexpr int processes = 4;
  constexpr int rows = 40;
  std::vector<pid_t> children;
  for (int process = 0; process < processes; ++process) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      try {
        auto store = open_store(scratch.path("a"), "model", milliseconds(20000));
        for (int part = 0; part < rows; part += 4) {
          keep(store, process * rows + part, 4);
        }
      } catch (const Error&) {
        _exit(1);
      }
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  auto store = open_store(scratch.path("a"));
  for (int number = 0; number < processes * rows; ++number) {
    EXPECT_EQ(found(store, number), row_of(number));
  }
}

}  // namespace
}  // namespace clip_classify
