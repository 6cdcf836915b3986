#include "output/evaluation_report.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "output/columns.h"

namespace clip_classify {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Two images of one class, of two labels: one is given the other's.
EvaluationReport small_report() {
  EvaluationReport report;
  report.images = 2;
  report.labels = {"cat", "dog, wet"};
  report.figures = {Figure::top_1, Figure::calibration_error};
  VariantReport variant;
  variant.name = "base";
  variant.model = "m";
  variant.templates = {"{}"};
  variant.figures = {{0.5, {0.0, 1.0}}, {0.25, {kNone, kNone}}};
  variant.labels = {{1, 0, 1, 0}, {0, 1, 0, 1}};
  variant.confusion = {1, 1, 0, 0};
  variant.calibration.bins.resize(15);
  variant.mistakes = {{"caf\xe9.jpg", {"cat"}, "dog, wet", 0.75, false}};
  report.variants = {variant};
  return report;
}

TEST(EvaluationJson, WhatIsNotKnownIsNull) {
  const auto json = nlohmann::json::parse(evaluation_json(small_report(), true));
  const auto& variant = json["variants"][0];
  EXPECT_EQ(variant["figures"]["top_1"]["high"], 1.0);
  EXPECT_TRUE(variant["figures"]["calibration_error"]["low"].is_null());
  EXPECT_TRUE(variant["calibration"]["temperature"].is_null());
  EXPECT_TRUE(variant["classes"][1]["recall"].is_null());
  EXPECT_EQ(variant["classes"][1]["f1"], 0.0);
  EXPECT_EQ(variant["confusion"], nlohmann::json::parse("[[1,1],[0,0]]"));
  EXPECT_TRUE(json["threshold"].is_null());
}

TEST(EvaluationJson, APathThatIsNotUtf8IsThereExactly) {
  const auto json = nlohmann::json::parse(evaluation_json(small_report(), true));
  EXPECT_EQ(json["variants"][0]["mistakes"][0]["path_base64"], "Y2Fm6S5qcGc=");
}

TEST(EvaluationJson, OnOneLineOrIndented) {
  const auto compact = evaluation_json(small_report(), true);
  EXPECT_EQ(compact.find('\n'), compact.size() - 1);
  EXPECT_EQ(nlohmann::json::parse(compact), nlohmann::json::parse(evaluation_json(small_report(), false)));
}

TEST(EvaluationText, FiguresMatrixAndMistakes) {
  const auto text = evaluation_text(small_report(), false);
  EXPECT_NE(text.find("2 images, 2 labels, model m\n"), std::string::npos);
  EXPECT_NE(text.find("50.0%  (0.0 to 100.0)\n"), std::string::npos);
  EXPECT_NE(text.find("cat         1         1\n"), std::string::npos);
  EXPECT_NE(text.find("75.0%  dog, wet  is cat  $'caf\\351.jpg'\n"), std::string::npos);
  EXPECT_EQ(text.find("nan"), std::string::npos);
}

TEST(EvaluationText, LimitsAreSaidOfWhatWasMeasured) {
  auto report = small_report();
  const auto plain = limits_of(report).size();
  report.variants[0].groups = GroupsReport{};
  EXPECT_EQ(limits_of(report).size(), plain + 3);
  report.variants[0].calibration.temperature = 1.5;
  EXPECT_EQ(limits_of(report).size(), plain + 4);
}

TEST(ConfusionCsv, LabelsAreQuoted) {
  auto report = small_report();
  EXPECT_EQ(confusion_csv(report, report.variants[0]), "truth,cat,\"dog, wet\"\ncat,1,1\n\"dog, wet\",0,0\n");
  report.judged_alone = true;
  EXPECT_EQ(confusion_csv(report, report.variants[0]),
            "label,true_positives,false_positives,false_negatives,true_negatives\ncat,1,0,1,0\n"
            "\"dog, wet\",0,1,0,1\n");
}

TEST(Columns, StandInLineWhateverTheScript) {
  Columns columns({Columns::Align::left, Columns::Align::right, Columns::Align::left});
  columns.add({"猫", "1", "x"});
  columns.add({"", "23"});
  EXPECT_EQ(columns.text(), "猫   1  x\n    23\n");
}

}  // namespace
}  // namespace clip_classify
