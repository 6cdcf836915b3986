#include "clip_classify/manifest.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "clip_classify/error.h"
#include "model/json_fields.h"
#include "model/sha256.h"

namespace clip_classify {
namespace {

constexpr int kFormatVersion = 1;
constexpr Precision kPrecisions[] = {Precision::fp32, Precision::bf16, Precision::fp16, Precision::int8};

std::array<float, 3> channels(JsonFields& fields, const std::string& key) {
  const auto values = fields.get<std::vector<float>>(key);
  if (values.size() != 3) {
    throw fields.error(key, "needs 3 numbers, one for each channel");
  }
  return {values[0], values[1], values[2]};
}

ImageSpec read_image(JsonFields fields, std::string& encoder) {
  ImageSpec spec;
  encoder = fields.get<std::string>("encoder");
  const auto size = fields.get<std::vector<int>>("size");
  if (size.size() != 2 || size[0] < 1 || size[1] < 1 || size[0] > 4096 || size[1] > 4096) {
    throw fields.error("size", "needs [height, width] between 1 and 4096");
  }
  spec.height = size[0];
  spec.width = size[1];
  spec.resize = fields.choice<ImageSpec::Resize>(
      "resize", {{"shortest", ImageSpec::Resize::shortest}, {"squash", ImageSpec::Resize::squash}});
  spec.resize_size = fields.get<int>("resize_size");
  if (spec.resize_size < std::max(spec.height, spec.width) || spec.resize_size > 4096) {
    throw fields.error("resize_size", "must be at least the encoder's size and at most 4096");
  }
  spec.crop = fields.choice<ImageSpec::Crop>(
      "crop", {{"round", ImageSpec::Crop::round}, {"floor", ImageSpec::Crop::floor}});
  spec.interpolation = fields.choice<ImageSpec::Interpolation>(
      "interpolation",
      {{"bilinear", ImageSpec::Interpolation::bilinear}, {"bicubic", ImageSpec::Interpolation::bicubic}});
  spec.antialias = fields.get<bool>("antialias");
  spec.mean = channels(fields, "mean");
  spec.std = channels(fields, "std");
  for (const float value : spec.std) {
    if (!(value > 0)) {
      throw fields.error("std", "must be above 0");
    }
  }
  fields.choice<int>("convert_rgb", {{"before_resize", 0}});
  spec.alpha = fields.choice<Alpha>("alpha", {{"drop", Alpha::drop}, {"white", Alpha::white}});
  spec.exif = fields.get<bool>("exif");
  fields.finish();
  return spec;
}

void read_tokenizer(JsonFields fields, TextSpec& spec) {
  spec.tokenizer_kind = fields.get<std::string>("kind");
  spec.tokenizer_file = fields.get<std::string>("file");
  if (spec.tokenizer_kind == "wordpiece") {
    spec.lower_case = fields.get<bool>("lower_case");
    spec.strip_accents = fields.get<bool>("strip_accents");
    spec.split_chinese = fields.get<bool>("split_chinese");
  } else if (spec.tokenizer_kind == "sentencepiece") {
    spec.fairseq_ids = fields.get<bool>("fairseq_ids");
  } else {
    fields.choice<int>("kind", {{"wordpiece", 0}, {"clip_bpe", 0}, {"sentencepiece", 0}});
  }
  fields.finish();
}

/// A special id that a model may lack, as null.
std::optional<std::int64_t> optional_id(JsonFields& fields, const std::string& key) {
  if (fields.value(key).is_null()) {
    return std::nullopt;
  }
  return fields.get<std::int64_t>(key);
}

TextSpec read_text(JsonFields fields, std::string& encoder) {
  TextSpec spec;
  encoder = fields.get<std::string>("encoder");
  read_tokenizer(fields.object("tokenizer"), spec);
  spec.context_length = fields.get<int>("context_length");
  if (spec.context_length < 3 || spec.context_length > 8192) {
    throw fields.error("context_length", "must be between 3 and 8192");
  }
  spec.padding = fields.choice<TextSpec::Padding>(
      "padding", {{"longest", TextSpec::Padding::longest}, {"context", TextSpec::Padding::context}});
  spec.bos = optional_id(fields, "bos");
  spec.eos = fields.get<std::int64_t>("eos");
  spec.pad = fields.get<std::int64_t>("pad");
  spec.unk = optional_id(fields, "unk");
  spec.cleaning =
      fields.choice<Cleaning>("cleaning", {{"none", Cleaning::none},
                                           {"lower", Cleaning::lower},
                                           {"hf_clip", Cleaning::hf_clip},
                                           {"hf_siglip", Cleaning::hf_siglip},
                                           {"open_clip_whitespace", Cleaning::open_clip_whitespace},
                                           {"open_clip_lower", Cleaning::open_clip_lower},
                                           {"open_clip_canonicalize", Cleaning::open_clip_canonicalize}});
  spec.mask = fields.get<bool>("mask");
  fields.finish();
  return spec;
}

std::vector<Precision> read_precisions(JsonFields& fields) {
  std::vector<Precision> precisions;
  for (const auto& name : fields.get<std::vector<std::string>>("precisions")) {
    const auto precision = precision_named(name);
    if (!precision) {
      throw fields.error("precisions",
                         "holds \"" + name + "\"; this version knows fp32, bf16, fp16 and int8");
    }
    precisions.push_back(*precision);
  }
  if (std::ranges::find(precisions, Precision::fp32) == precisions.end()) {
    throw fields.error("precisions", "must hold fp32");
  }
  return precisions;
}

ScoreSpec read_scale(JsonFields& fields) {
  ScoreSpec spec{fields.get<double>("scale"), fields.get<double>("bias")};
  if (!std::isfinite(spec.scale) || !std::isfinite(spec.bias) || spec.scale <= 0) {
    throw fields.error("scale", "must be above 0");
  }
  return spec;
}

void read_score(JsonFields fields, Manifest& manifest) {
  manifest.score = read_scale(fields);
  manifest.activation = fields.choice<Activation>(
      "activation", {{"softmax", Activation::softmax}, {"sigmoid", Activation::sigmoid}});
  manifest.multi_label = manifest.score;
  if (manifest.activation == Activation::softmax || fields.has("multi_label")) {
    auto alone = fields.object("multi_label");
    manifest.multi_label = read_scale(alone);
    alone.finish();
  }
  fields.finish();
}

std::map<std::string, FileSum> read_files(JsonFields fields, const nlohmann::json& names,
                                          const std::filesystem::path& folder) {
  std::map<std::string, FileSum> files;
  for (const auto& [name, ignored] : names.items()) {
    auto file = fields.object(name);
    const FileSum sum{file.get<std::string>("sha256"), file.get<std::uintmax_t>("bytes")};
    file.finish();
    if (std::filesystem::path(name).filename() != name) {
      throw fields.error(name, "is not the name of a file in the model folder");
    }
    std::error_code failed;
    const auto bytes = std::filesystem::file_size(folder / name, failed);
    if (failed) {
      throw model_error((folder / name).string() + ": " + failed.message() +
                        "; the model's manifest lists this file: copy the model folder again");
    }
    if (bytes != sum.bytes) {
      throw model_error((folder / name).string() + ": has " + std::to_string(bytes) + " bytes in place of " +
                        std::to_string(sum.bytes) + "; copy the model folder again");
    }
    files[name] = sum;
  }
  return files;
}

Golden read_golden(JsonFields fields, int width, const std::string& file) {
  Golden golden;
  auto image = fields.object("image");
  golden.image_width = image.get<int>("width");
  golden.image_height = image.get<int>("height");
  golden.image_embedding = image.get<std::vector<float>>("embedding");
  if (image.has("tolerance")) {
    golden.tolerance = image.get<double>("tolerance");
    if (!(golden.tolerance > 0 && golden.tolerance <= 0.05)) {
      throw image.error("tolerance", "must be above 0 and at most 0.05");
    }
  }
  image.finish();
  if (golden.image_width < 1 || golden.image_height < 1 || golden.image_width > 4096 ||
      golden.image_height > 4096) {
    throw image.error("width", "and height must be between 1 and 4096");
  }
  const auto check_width = [&](const std::vector<float>& embedding) {
    if (embedding.size() != static_cast<std::size_t>(width)) {
      throw fields.error("embedding", "has " + std::to_string(embedding.size()) + " numbers in place of " +
                                          std::to_string(width));
    }
  };
  check_width(golden.image_embedding);
  for (const auto& entry : fields.value("texts")) {
    JsonFields text(entry, file, "golden.texts");
    golden.texts.push_back({text.get<std::string>("text"), text.get<std::vector<std::int64_t>>("ids"),
                            text.get<std::vector<float>>("embedding")});
    text.finish();
    check_width(golden.texts.back().embedding);
  }
  fields.finish();
  return golden;
}

nlohmann::json parse(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    throw model_error(file.parent_path().string() +
                      ": not a model folder: it has no readable model.json (see clip-classify model list)");
  }
  std::ostringstream content;
  content << stream.rdbuf();
  try {
    return nlohmann::json::parse(content.str());
  } catch (const nlohmann::json::parse_error& failure) {
    throw model_error(file.string() + ": not valid JSON at byte " + std::to_string(failure.byte));
  } catch (const nlohmann::json::exception&) {
    throw model_error(file.string() + ": holds a number that is too large");
  }
}

}  // namespace

Manifest read_manifest(const std::filesystem::path& folder, Trust trust) {
  const auto file = folder / "model.json";
  const auto json = parse(file);
  JsonFields fields(json, file.string(), "");
  const int version = fields.get<int>("format_version");
  if (version != kFormatVersion) {
    throw fields.error("format_version", "is " + std::to_string(version) +
                                             "; this version of clip-classify " + "reads " +
                                             std::to_string(kFormatVersion));
  }
  Manifest manifest;
  manifest.folder = folder;
  manifest.name = fields.get<std::string>("name");
  manifest.description = fields.get<std::string>("description");
  manifest.source = fields.get<std::string>("source");
  manifest.licence = fields.get<std::string>("licence");
  manifest.image = read_image(fields.object("image"), manifest.image_encoder);
  manifest.text = read_text(fields.object("text"), manifest.text_encoder);
  manifest.embedding_width = fields.get<int>("embedding_width");
  if (manifest.embedding_width < 1 || manifest.embedding_width > 65536) {
    throw fields.error("embedding_width", "must be between 1 and 65536");
  }
  manifest.precisions = read_precisions(fields);
  read_score(fields.object("score"), manifest);
  manifest.templates = fields.get<std::vector<std::string>>("templates");
  if (manifest.templates.empty()) {
    throw fields.error("templates", "needs at least one template");
  }
  for (const auto& entry : manifest.templates) {
    if (entry.find("{}") == std::string::npos) {
      throw fields.error("templates", "holds \"" + entry + "\", which has no {}");
    }
  }
  if (fields.has("files")) {
    auto files = fields.object("files");
    manifest.files = read_files(files, fields.value("files"), folder);
    for (const auto& name : {manifest.image_encoder, manifest.text_encoder, manifest.text.tokenizer_file}) {
      if (!manifest.files.contains(name)) {
        throw fields.error("files", "does not list " + name);
      }
    }
  } else if (trust == Trust::needs_sums) {
    throw model_error(file.string() +
                      ": has no sums of the model's files, which are code that runs when it is " +
                      "loaded; if you trust where the folder comes from, give --trust");
  }
  manifest.golden = read_golden(fields.object("golden"), manifest.embedding_width, file.string());
  fields.finish();
  return manifest;
}

void check_file(const Manifest& manifest, const std::string& name) {
  if (manifest.files.empty()) {
    return;  // read with Trust::without_sums
  }
  const auto path = manifest.folder / name;
  if (sha256_of_file(path) != manifest.files.at(name).sha256) {
    throw model_error(path.string() + ": altered since the model was made (its sha256 differs); " +
                      "copy the model folder again");
  }
}

void check_other_files(const Manifest& manifest) {
  for (const auto& [name, sum] : manifest.files) {
    if (name != manifest.image_encoder && name != manifest.text_encoder &&
        name != manifest.text.tokenizer_file) {
      check_file(manifest, name);
    }
  }
}

std::string_view name_of(Precision precision) {
  return precision == Precision::bf16   ? "bf16"
         : precision == Precision::fp16 ? "fp16"
         : precision == Precision::int8 ? "int8"
                                        : "fp32";
}

std::optional<Precision> precision_named(std::string_view name) {
  const auto* const found = std::ranges::find(kPrecisions, name, name_of);
  return found == std::end(kPrecisions) ? std::nullopt : std::optional(*found);
}

}  // namespace clip_classify
