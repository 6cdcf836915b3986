#include "clip_classify/classifier_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "clip_classify/error.h"
#include "output/scratch_folder.h"

namespace clip_classify {
namespace {

TrainedClassifier some_classifier(std::size_t width) {
  TrainedClassifier trained;
  trained.classifier.labels = {"cat", "größe \"x\""};
  trained.classifier.weights = {2, width, std::vector<float>(2 * width)};
  trained.classifier.weights.row(0)[0] = 1;
  trained.classifier.weights.row(1)[1] = 0.1F;
  trained.classifier.own = {{12.5, -0.1}, {1.0 / 3, 2}};
  trained.words = {40, 0.7};
  trained.rejection = Rejection{0.25, 0.05, proportion(1, 20), proportion(19, 20)};
  trained.report = {{.method = FewShotMethod::gaussian, .shrinkage = 0.3, .examples = 0.7},
                    4,
                    proportion(2, 4),
                    proportion(3, 4),
                    {{4, 4, 2, 3}, {0, 0, 0, 0}}};
  return trained;
}

class ClassifierFile : public testing::Test {
 protected:
  std::string write(const std::string& text) const {
    const auto path = folder_ / "a.clf";
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  std::string text() const {
    return classifier_text(some_classifier(static_cast<std::size_t>(manifest_.embedding_width)), manifest_);
  }
  void refuses(const std::string& content, const std::string& word) const {
    const auto path = write(content);
    try {
      read_classifier(path, manifest_);
      FAIL() << "took it: " << word;
    } catch (const Error& error) {
      EXPECT_TRUE(std::string(error.what()).starts_with(path + ": ")) << error.what();
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  }

  ScratchFolder folder_;
  Manifest manifest_ = read_manifest(std::string(MODELS_DIR) + "/compact");
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST_F(ClassifierFile, ComesBackAsItWas) {
  const auto wrote = some_classifier(static_cast<std::size_t>(manifest_.embedding_width));
  const auto read = read_classifier(write(text()), manifest_);
  EXPECT_EQ(read.classifier.labels, wrote.classifier.labels);
  EXPECT_EQ(read.classifier.weights.values, wrote.classifier.weights.values);
  EXPECT_EQ(read.classifier.own[1].scale, 1.0 / 3);
  EXPECT_EQ(read.words.bias, 0.7);
  EXPECT_EQ(read.rejection->threshold, 0.25);
  EXPECT_EQ(read.rejection->kept.hits, 19U);
  EXPECT_EQ(read.report.choice.method, FewShotMethod::gaussian);
  EXPECT_EQ(read.report.trained.interval.low, wrote.report.trained.interval.low);
  EXPECT_EQ(read.report.classes[0].words_right, 2U);
  EXPECT_EQ(classifier_text(read, manifest_), text());
}

TEST_F(ClassifierFile, WithoutARejection) {
  auto trained = some_classifier(static_cast<std::size_t>(manifest_.embedding_width));
  trained.rejection.reset();
  EXPECT_FALSE(read_classifier(write(classifier_text(trained, manifest_)), manifest_).rejection);
}

TEST_F(ClassifierFile, WhatIsNone) {
  refuses("{\"label\": 1}", "not a classifier");
  refuses("PK\x03\x04", "not a classifier");
  refuses("", "empty");
  EXPECT_THROW(read_classifier((folder_ / "missing.clf").string(), manifest_), Error);
}

TEST_F(ClassifierFile, CutOffOrAltered) {
  const auto whole = text();
  for (const auto size : {whole.size() / 3, whole.size() - 4}) {
    refuses(whole.substr(0, size), "damaged or cut off");
  }
  refuses(replaced(whole, "\"bias\": -0.1", "\"bias\": -0.2"), "damaged");
  refuses(replaced(whole, "\"labels\"", "\"tables\""), "damaged");
}

TEST_F(ClassifierFile, NewerOrOfAnotherModel) {
  refuses(replaced(text(), "\"format_version\": 1", "\"format_version\": 2"), "newer version");
  auto other = manifest_;
  other.files.begin()->second.sha256 = std::string(64, '0');
  const auto trained = some_classifier(static_cast<std::size_t>(manifest_.embedding_width));
  refuses(classifier_text(trained, other), "another version of the model compact");
  other.name = "b32";
  refuses(classifier_text(trained, other), "made with the model b32, not compact; use --model b32");
}

}  // namespace
}  // namespace clip_classify
