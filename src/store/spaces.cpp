#include "store/spaces.h"

#include <array>
#include <optional>
#include <sstream>
#include <type_traits>

#include "clip_classify/loader.h"
#include "model/sha256.h"

namespace clip_classify {
namespace {

/// To be raised when the same bytes, or the same text, come to be something else for the same encoder.
constexpr int kImageSteps = 1;
constexpr int kTextSteps = 1;

/// The sum of a file; taken now where the model folder has none (--trust), so that an altered encoder counts
/// as another.
std::string sum_of(const Manifest& manifest, const std::string& file) {
  const auto listed = manifest.files.find(file);
  return listed != manifest.files.end() ? listed->second.sha256 : sha256_of_file(manifest.folder / file);
}

class Description {
 public:
  Description() { text_.precision(9); }  // enough to tell any two floats apart

  template <typename Value>
  Description& add(const char* name, const Value& value) {
    text_ << name << '=';
    if constexpr (std::is_enum_v<Value>) {
      text_ << static_cast<int>(value);
    } else {
      text_ << value;
    }
    text_ << ' ';
    return *this;
  }
  Description& add(const char* name, const std::optional<std::int64_t>& value) {
    return value ? add(name, *value) : add(name, "none");
  }
  Description& add(const char* name, const std::array<float, 3>& values) {
    return add(name, values[0]).add(name, values[1]).add(name, values[2]);
  }
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
};

}  // namespace

// The structured bindings below name every field, so that a new one can't be forgotten: it does not compile.

std::string image_space(const Model& model, const DecodeOptions& decode) {
  const auto& manifest = model.manifest();
  const auto& [height, width, resize, resize_size, crop, interpolation, antialias, mean, deviation,
               spec_alpha, spec_exif] = manifest.image;
  const auto& [exif, alpha, max_pixels, reduce] = decode_options(manifest.image, decode);
  static_cast<void>(spec_alpha);  // in the decoding's
  static_cast<void>(spec_exif);
  static_cast<void>(max_pixels);
  Description description;
  description.add("image", sum_of(manifest, manifest.image_encoder))
      .add("precision", name_of(model.precision()))
      .add("steps", kImageSteps)
      .add("height", height)
      .add("width", width)
      .add("resize", resize)
      .add("resize_size", resize_size)
      .add("crop", crop)
      .add("interpolation", interpolation)
      .add("antialias", antialias)
      .add("mean", mean)
      .add("std", deviation)
      .add("alpha", alpha)
      .add("exif", exif)
      .add("reduce", reduce);
  return description.text();
}

std::string model_space(const Manifest& manifest) {
  Sha256 sum;
  for (const auto& file : {manifest.image_encoder, manifest.text_encoder, manifest.text.tokenizer_file}) {
    sum.add_field(sum_of(manifest, file));
  }
  return hex(sum.sum()).substr(0, 32);
}

std::string label_space(const Model& model) {
  const auto& manifest = model.manifest();
  const auto& [cleaning, kind, file, lower_case, strip_accents, split_chinese, fairseq_ids, context_length,
               padding, bos, eos, pad, unk, mask] = manifest.text;
  Description description;
  description.add("text", sum_of(manifest, manifest.text_encoder))
      .add("precision", name_of(model.text_precision()))
      .add("steps", kTextSteps)
      .add("cleaning", cleaning)
      .add("tokenizer", kind)
      .add("tokenizer_file", sum_of(manifest, file))
      .add("lower_case", lower_case)
      .add("strip_accents", strip_accents)
      .add("split_chinese", split_chinese)
      .add("fairseq_ids", fairseq_ids)
      .add("context_length", context_length)
      .add("padding", padding)
      .add("bos", bos)
      .add("eos", eos)
      .add("pad", pad)
      .add("unk", unk)
      .add("mask", mask);
  return description.text();
}

}  // namespace clip_classify
