#include "clip_classify/manifest.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "clip_classify/error.h"
#include "model/sha256.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A model folder whose files need no content: reading a manifest does not open the encoders.
class ManifestTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "manifest-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    const json file{{"sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
                    {"bytes", 3}};
    for (const auto* name : {"image.pt", "text.pt", "vocab.txt"}) {
      std::ofstream(folder_ / name) << "abc";
      manifest_["files"][name] = file;
    }
    const json embedding{0.6, 0.8};
    manifest_.update({
        {"format_version", 1},
        {"name", "tiny"},
        {"description", "d"},
        {"source", "s"},
        {"licence", "l"},
        {"image",
         {{"encoder", "image.pt"},
          {"size", {224, 200}},
          {"resize", "shortest"},
          {"resize_size", 256},
          {"crop", "round"},
          {"interpolation", "bicubic"},
          {"antialias", true},
          {"mean", {0.1, 0.2, 0.3}},
          {"std", {0.4, 0.5, 0.6}},
          {"convert_rgb", "before_resize"},
          {"alpha", "white"},
          {"exif", true}}},
        {"text",
         {{"encoder", "text.pt"},
          {"tokenizer",
           {{"kind", "wordpiece"},
            {"file", "vocab.txt"},
            {"lower_case", true},
            {"strip_accents", false},
            {"split_chinese", true}}},
          {"context_length", 32},
          {"padding", "longest"},
          {"bos", 101},
          {"eos", 102},
          {"pad", 0},
          {"unk", 100},
          {"cleaning", "none"},
          {"mask", true}}},
        {"embedding_width", 2},
        {"precisions", {"fp32"}},
        {"score",
         {{"scale", 20.0},
          {"bias", 0.0},
          {"activation", "softmax"},
          {"multi_label", {{"scale", 30.0}, {"bias", -5.0}}}}},
        {"templates", {"a photo of a {}"}},
        {"golden",
         {{"image", {{"width", 320}, {"height", 240}, {"embedding", embedding}}},
          {"texts", {{{"text", "cat"}, {"ids", {101, 7, 102}}, {"embedding", embedding}}}}}},
    });
  }

  void TearDown() override { fs::remove_all(folder_); }

  Manifest read() const {
    std::ofstream(folder_ / "model.json") << manifest_;
    return read_manifest(folder_);
  }

  /// The message of the error that reading gives.
  std::string failure() const {
    try {
      read();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::model);
      return error.what();
    }
    return "read without an error";
  }

  fs::path folder_;
  json manifest_;
};

TEST_F(ManifestTest, ReadsEveryField) {
  const auto manifest = read();
  EXPECT_EQ(manifest.name, "tiny");
  EXPECT_EQ(manifest.image.height, 224);
  EXPECT_EQ(manifest.image.width, 200);
  EXPECT_EQ(manifest.image.resize_size, 256);
  EXPECT_EQ(manifest.image.resize, ImageSpec::Resize::shortest);
  EXPECT_EQ(manifest.image.alpha, Alpha::white);
  EXPECT_FLOAT_EQ(manifest.image.mean[2], 0.3F);
  EXPECT_FALSE(manifest.text.strip_accents);
  EXPECT_EQ(manifest.text.eos, 102);
  EXPECT_EQ(manifest.score.scale, 20.0);
  EXPECT_EQ(manifest.multi_label.bias, -5.0);
  EXPECT_EQ(manifest.golden.texts.front().ids, (std::vector<std::int64_t>{101, 7, 102}));
}

TEST_F(ManifestTest, SigmoidModelsNeedNoScaleOfTheirOwnForMultiLabel) {
  manifest_["score"] = {{"scale", 9.0}, {"bias", -12.0}, {"activation", "sigmoid"}};
  EXPECT_EQ(read().multi_label.bias, -12.0);
}

TEST_F(ManifestTest, NamesTheFieldThatIsWrong) {
  const std::vector<std::pair<json::json_pointer, json>> wrong{{"/format_version"_json_pointer, 2},
                                                               {"/format_version"_json_pointer, true},
                                                               {"/image/size"_json_pointer, {224}},
                                                               {"/image/size"_json_pointer, {0, 224}},
                                                               {"/image/std"_json_pointer, {0, 1, 1}},
                                                               {"/image/resize_size"_json_pointer, 100},
                                                               {"/image/resize"_json_pointer, "crop"},
                                                               {"/image/exif"_json_pointer, 1},
                                                               {"/image/novelty"_json_pointer, 1},
                                                               {"/text/context_length"_json_pointer, 1.5},
                                                               {"/text/padding"_json_pointer, "left"},
                                                               {"/text/tokenizer/novelty"_json_pointer, 1},
                                                               {"/score/scale"_json_pointer, 0},
                                                               {"/score/activation"_json_pointer, "relu"},
                                                               {"/embedding_width"_json_pointer, -1},
                                                               {"/templates"_json_pointer, json::array()},
                                                               {"/name"_json_pointer, 3},
                                                               {"/golden/image/width"_json_pointer, 0},
                                                               {"/golden/texts/0/ids"_json_pointer, "x"},
                                                               {"/score"_json_pointer, json::array()}};
  const auto original = manifest_;
  for (const auto& [place, value] : wrong) {
    manifest_ = original;
    manifest_[place] = value;
    const auto message = failure();
    EXPECT_NE(message.find("model.json"), std::string::npos) << message;
    EXPECT_NE(message.find(place.to_string() == "/golden/texts/0/ids" ? "ids" : place.back()),
              std::string::npos)
        << message;
  }
}

TEST_F(ManifestTest, EveryFieldIsNeeded) {
  const auto flat = manifest_.flatten();
  for (const auto& [place, ignored] : flat.items()) {
    const json::json_pointer pointer(place);
    auto copy = manifest_;
    if (!copy[pointer.parent_pointer()].is_object()) {
      continue;
    }
    std::swap(copy, manifest_);
    manifest_[pointer.parent_pointer()].erase(pointer.back());
    EXPECT_THROW(read(), Error) << place;
    std::swap(copy, manifest_);
  }
}

TEST_F(ManifestTest, RefusesFilesOutsideItsFolder) {
  manifest_["files"]["../elsewhere"] = manifest_["files"]["text.pt"];
  EXPECT_NE(failure().find("../elsewhere"), std::string::npos);
}

TEST_F(ManifestTest, RefusesMissingShortAndAlteredFiles) {
  std::ofstream(folder_ / "notes.txt") << "abc";
  manifest_["files"]["notes.txt"] = manifest_["files"]["text.pt"];
  EXPECT_NO_THROW(check_other_files(read()));
  std::ofstream(folder_ / "notes.txt") << "abd";
  EXPECT_THROW(check_other_files(read()), Error);
  std::ofstream(folder_ / "text.pt") << "abd";
  const auto manifest = read();
  EXPECT_THROW(check_file(manifest, "text.pt"), Error);
  EXPECT_NO_THROW(check_file(manifest, "image.pt"));
  std::ofstream(folder_ / "text.pt") << "ab";
  EXPECT_NE(failure().find("text.pt"), std::string::npos);
  fs::remove(folder_ / "text.pt");
  EXPECT_NE(failure().find("text.pt"), std::string::npos);
}

TEST_F(ManifestTest, ImagesMayDifferByATolerance) {
  EXPECT_EQ(read().golden.tolerance, 1e-4);
  manifest_["golden"]["image"]["tolerance"] = 0.01;
  EXPECT_EQ(read().golden.tolerance, 0.01);
  for (const double wrong : {0.0, -1.0, 0.06}) {
    manifest_["golden"]["image"]["tolerance"] = wrong;
    EXPECT_NE(failure().find("tolerance"), std::string::npos);
  }
}

TEST_F(ManifestTest, RefusesWhatIsNotJson) {
  std::ofstream(folder_ / "model.json") << "{\"name\": ";
  EXPECT_THROW(read_manifest(folder_), Error);
  EXPECT_THROW(read_manifest(folder_ / "nowhere"), Error);
}

TEST(Sha256, AgreesWithTheStandard) {  // FIPS 180-4, example "abc"
  const auto file = fs::temp_directory_path() / "sha256-abc";
  std::ofstream(file) << "abc";
  EXPECT_EQ(sha256_of_file(file), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  fs::remove(file);
  EXPECT_THROW(sha256_of_file(file), Error);
}

}  // namespace
}  // namespace clip_classify
