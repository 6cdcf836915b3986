// What explain prints and draws.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/explain_options.h"
#include "clip_classify/writer.h"

namespace clip_classify::cli {

struct ExplainedLabel {
  std::string name;
  double score = 0.0;  ///< a probability
  double similarity = 0.0;
  HeatMap map;
  std::optional<Faithfulness> check = {};
  std::vector<std::pair<std::string, double>> words = {};  ///< how far the similarity falls without each
  std::vector<std::pair<std::string, double>> nearest =
      {};  ///< other labels, and their similarity to this one
};

struct Explanation {
  std::string path;
  std::optional<Error> error = {};
  Region region = {};
  std::vector<ExplainedLabel> labels = {};  ///< best first
};

/// Text, JSON or JSON lines on standard output.
class ExplanationWriter {
 public:
  /// `contrast`: whether maps are of a label against the others.
  ExplanationWriter(Format format, bool single, bool contrast);
  void add(const Explanation& explanation);
  /// Completes the output.
  void end();

 private:
  std::unique_ptr<Sink> sink_;
  Format format_;
  bool single_;
  bool contrast_;
  bool empty_ = true;
};

/// The PNG files of a run, each whole or not there.
class ExplanationPictures {
 public:
  /// Makes the folder, or opens the file. Throws Error (output).
  explicit ExplanationPictures(const std::optional<std::string>& pictures);
  void add(const Explanation& explanation, const Image& image, const ImageSpec& spec);

 private:
  std::string name_for(const std::string& path);

  std::optional<std::string> folder_;
  std::unique_ptr<Sink> file_;
  std::set<std::string> names_;
};

}  // namespace clip_classify::cli
