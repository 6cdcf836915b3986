// model.json: every number of a model that could disagree with Python (format: models/README.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clip_classify/image.h"
#include "clip_classify/text.h"

namespace clip_classify {

/// How a vector of logits becomes scores: softmax over the labels, or a sigmoid each.
enum class Activation { softmax, sigmoid };

/// score = activation(scale * cosine + bias). For CLIP, scale = exp(logit_scale) and bias = 0 (Radford et
/// al. 2021); for SigLIP both are trained (Zhai et al. 2023).
struct ScoreSpec {
  double scale = 100.0;
  double bias = 0.0;
};

/// What the encoders compute in; weights stored in another precision are converted when they are loaded.
/// int8: the linear layers that the archive was exported with scales for; the others, and the text encoder,
/// in fp32.
enum class Precision { fp32, bf16, fp16, int8 };

/// "fp32", ...
std::string_view name_of(Precision precision);
/// The precision of this name; nothing for other words.
std::optional<Precision> precision_named(std::string_view name);

struct FileSum {
  std::string sha256;  ///< lower-case hex
  std::uintmax_t bytes = 0;
};

/// Values that `model verify` recomputes: an image drawn by formula and a few texts.
struct Golden {
  int image_width = 0;
  int image_height = 0;
  std::vector<float> image_embedding;
  struct Text {
    std::string text;
    std::vector<std::int64_t> ids;
    std::vector<float> embedding;
  };
  std::vector<Text> texts;
  double tolerance = 1e-4;  ///< of the image embedding's components; more where they are quantized
};

struct Manifest {
  std::filesystem::path folder;
  std::string name;
  std::string description;
  std::string source;
  std::string licence;
  std::string image_encoder;  ///< file names relative to `folder`
  std::string text_encoder;
  ImageSpec image;
  TextSpec text;
  int embedding_width = 0;
  std::vector<Precision> precisions;  ///< that both encoders can run in; fp32 is among them
  ScoreSpec score;
  Activation activation = Activation::softmax;
  ScoreSpec multi_label;  ///< for labels judged alone, always through a sigmoid
  std::vector<std::string> templates;
  std::map<std::string, FileSum> files;  ///< empty only when read without sums
  Golden golden;
};

/// Encoders are code. A manifest without the sums of its files is refused unless the user trusts the folder.
enum class Trust { needs_sums, without_sums };

/// Reads and checks FOLDER/model.json. Throws Error (model) that names the file and the field: missing,
/// not JSON, a newer format version, an unknown or absent field, a value out of range, a listed file that
/// does not exist or has another size, no sums where they are needed.
Manifest read_manifest(const std::filesystem::path& folder, Trust trust = Trust::needs_sums);

/// Compares one listed file with its sha256; nothing where there are no sums. Throws Error (model) that names
/// it when it was altered. An encoder is code: it is checked before it is loaded.
void check_file(const Manifest& manifest, const std::string& name);

/// check_file for those that a Model does not check itself when it loads them.
void check_other_files(const Manifest& manifest);

}  // namespace clip_classify
