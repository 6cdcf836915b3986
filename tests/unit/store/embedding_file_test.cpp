#include "clip_classify/embedding_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "clip_classify/embeddings.h"
#include "clip_classify/error.h"
#include "output/scratch_folder.h"
#include "store/npy_header.h"

namespace clip_classify {
namespace {

/// Every number of 16 bits, from its definition.
TEST(Halves, AllComeBackAsThemselves) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float value = from_half(static_cast<std::uint16_t>(bits));
    if (std::isnan(value)) {
      EXPECT_TRUE((bits & 0x7c00U) == 0x7c00U && (bits & 0x3ffU) != 0) << bits;
    } else {
      EXPECT_EQ(to_half(value), bits);
    }
  }
  EXPECT_EQ(from_half(0x3c00), 1.0F);
  EXPECT_EQ(from_half(0xc000), -2.0F);
  EXPECT_EQ(from_half(0x7bff), 65504.0F);
  EXPECT_EQ(from_half(0x0001), 0x1p-24F);
}

TEST(Halves, RoundToTheNearestAndThenToEven) {
  for (std::uint32_t bits = 0; bits < 0x7bff; ++bits) {
    const float low = from_half(static_cast<std::uint16_t>(bits));
    const float high = from_half(static_cast<std::uint16_t>(bits + 1));
    const float middle = low + (high - low) / 2;
    EXPECT_EQ(to_half(middle), bits % 2 == 0 ? bits : bits + 1);
    EXPECT_EQ(to_half(std::nextafter(middle, low)), bits);
    EXPECT_EQ(to_half(std::nextafter(middle, high)), bits + 1);
  }
  EXPECT_EQ(to_half(65519.9F), 0x7bff);
  EXPECT_EQ(to_half(65520.0F), 0x7c00);
  EXPECT_EQ(to_half(1e-9F), 0);
  EXPECT_TRUE(std::isnan(from_half(to_half(std::numeric_limits<float>::quiet_NaN()))));
}

TEST(NpyHeader, ReadsWhatItWrites) {
  for (const std::size_t rows : {std::size_t{0}, std::size_t{7}, std::size_t{1} << 40}) {
    const auto bytes = npy_header("<f2", rows, 512);
    EXPECT_EQ(bytes.size(), 128U);
    const auto header = read_npy_header(bytes);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->type, "<f2");
    EXPECT_EQ(header->rows, rows);
    EXPECT_EQ(header->width, 512U);
    EXPECT_EQ(header->dimensions, 2U);
    EXPECT_EQ(header->size, 128U);
    EXPECT_FALSE(header->by_columns);
  }
}

TEST(NpyHeader, SurvivesDamage) {
  const auto bytes = npy_header("<f4", 3, 4);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(read_npy_header(bytes.substr(0, size)));
    auto changed = bytes;
    changed[size] = '\xff';
    read_npy_header(changed);
  }
  EXPECT_FALSE(read_npy_header("not an array at all"));
}

class EmbeddingFiles : public testing::Test {
 protected:
  EmbeddingFiles() {
    manifest_.name = "tiny";
    manifest_.embedding_width = 2;
    manifest_.folder = folder_ / "";
    for (auto* file : {&manifest_.image_encoder, &manifest_.text_encoder, &manifest_.text.tokenizer_file}) {
      *file = "part";
    }
    manifest_.files["part"] = {"0123", 4};
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  void write(const std::string& name, FloatType type = FloatType::float32) const {
    const auto writer = make_npy_writer(path(name), manifest_, type);
    writer->add(EmbeddingKind::image, "caf\xE9.jpg", std::vector{0.6F, 0.8F});
    writer->add(EmbeddingKind::text, "a cat", std::vector{-1.0F, 0.0F});
    writer->commit();
  }

  /// The error of opening a file, or of reading all of it.
  std::string error_of(const std::string& name, const Manifest& manifest) const {
    try {
      const EmbeddingFile file(path(name), manifest);
      std::vector<float> row(file.width());
      for (std::size_t index = 0; index < file.rows(); ++index) {
        file.read(index, row);
        file.name(index);
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      return error.what();
    }
    return "";
  }

  void replace(const std::string& name, std::size_t place, const std::string& bytes) const {
    std::fstream file(path(name), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(place));
    file << bytes;
  }

  ScratchFolder folder_;
  Manifest manifest_;
};

TEST_F(EmbeddingFiles, GiveBackRowsAndNames) {
  for (const auto type : {FloatType::float32, FloatType::float16}) {
    write("a.npy", type);
    const EmbeddingFile file(path("a.npy"), manifest_);
    ASSERT_EQ(file.rows(), 2U);
    EXPECT_EQ(file.name(0), "caf\xE9.jpg");
    EXPECT_EQ(file.name(1), "a cat");
    std::vector<float> row(2);
    file.read(0, row);
    EXPECT_NEAR(row[0], 0.6F, type == FloatType::float32 ? 0 : 5e-4);
    EXPECT_NEAR(dot(row, row), 1, 1e-6);
    file.read(1, row);
    EXPECT_EQ(row, (std::vector{-1.0F, 0.0F}));
  }
}

TEST_F(EmbeddingFiles, OfAnotherModelAreRefused) {
  write("a.npy");
  auto other = manifest_;
  other.name = "other";
  other.files["part"].sha256 = "4567";
  EXPECT_NE(error_of("a.npy", other).find("a.npy: holds embeddings of another model (by the model tiny)"),
            std::string::npos);
  other.embedding_width = 3;
  EXPECT_NE(error_of("a.npy", other).find("of width 2 (by the model tiny), the model other has 3"),
            std::string::npos);
  EXPECT_EQ(error_of("a.npy", manifest_), "");
}

TEST_F(EmbeddingFiles, OfNumPyAloneAreTaken) {
  write("a.npy");
  std::ofstream(path("a.jsonl")) << "{\"path\": \"a.jpg\"}\n{\"text\": \"b\"}";
  auto other = manifest_;
  other.files["part"].sha256 = "4567";
  EXPECT_EQ(error_of("a.npy", other), "");
}

TEST_F(EmbeddingFiles, DamagedAreNamed) {
  const auto damaged = [&](std::size_t place, const std::string& bytes) {
    write("a.npy");
    replace("a.npy", place, bytes);
    return error_of("a.npy", manifest_);
  };
  EXPECT_NE(damaged(0, "PK").find("not a NumPy array"), std::string::npos);
  EXPECT_NE(damaged(21, "<f8").find("save it as float32"), std::string::npos);
  EXPECT_NE(damaged(128, std::string(8, '\0')).find("row 0"), std::string::npos);
  EXPECT_NE(damaged(128, "\xff\xff\xff\x7f").find("row 0"), std::string::npos);

  write("a.npy");
  std::filesystem::resize_file(path("a.npy"), 140);
  EXPECT_NE(error_of("a.npy", manifest_).find("cut off"), std::string::npos);
  write("a.npy");
  std::ofstream(path("a.jsonl"), std::ios::app) << "{\"path\": \"c.jpg\"}\n";
  EXPECT_NE(error_of("a.npy", manifest_).find("a.jsonl: has 3 names for the 2 rows"), std::string::npos);
  std::ofstream(path("a.jsonl")) << "{\"path\": \"a.jpg\"}\nnothing\n";
  EXPECT_NE(error_of("a.npy", manifest_).find("line 2"), std::string::npos);
  std::filesystem::remove(path("a.jsonl"));
  EXPECT_NE(error_of("a.npy", manifest_).find("a.jsonl: No such file"), std::string::npos);
  EXPECT_NE(error_of("b.npy", manifest_).find("b.npy: No such file"), std::string::npos);
}

TEST_F(EmbeddingFiles, LeaveNothingWithoutCommit) {
  make_npy_writer(path("a.npy"), manifest_, FloatType::float32)
      ->add(EmbeddingKind::image, "a", std::vector{1.0F, 0.0F});
  EXPECT_TRUE(folder_.names().empty());
}

}  // namespace
}  // namespace clip_classify
