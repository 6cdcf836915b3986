#include "output/evaluation_report.h"

namespace clip_classify {

std::vector<std::string> limits_of(const EvaluationReport& report) {
  std::vector<std::string> limits{
      "The figures hold for these images, these labels and this wording; photos of another kind may give "
      "others.",
      "Intervals say what chance in the choice of images does, not wrong labels in the truth; a figure near "
      "0 % "
      "or 100 %, or of few images, has too narrow a one."};
  if (report.variants.front().calibration.temperature) {
    limits.emplace_back("The temperature was fitted to these very images; on others it fixes less.");
  }
  if (report.variants.front().groups) {
    limits.emplace_back(
        "A gap between groups does not say why: their images may differ in what they show and how well, or "
        "in how "
        "they were labelled.");
    limits.emplace_back(
        "No gap found is not no gap: small groups hide large ones, and so does a column that puts unlike "
        "people "
        "into one group.");
    limits.emplace_back(
        "Where a label is right for unlike shares of the groups, demographic parity and equalised odds can't "
        "both "
        "hold; which matters is not for figures to decide.");
  }
  if (report.variants.front().counterfactual) {
    limits.emplace_back(
        "Swapped words test the wording, not the people in the pictures; only these words were swapped, and "
        "some "
        "of a change is what another wording does anyway.");
  }
  return limits;
}

}  // namespace clip_classify
