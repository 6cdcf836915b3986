#include "train/trained_folder.h"

#include <c10/core/GradMode.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "clip_classify/golden.h"
#include "model/sha256.h"
#include "model/token_batch.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::vector<float> first_row(const at::Tensor& rows) {
  const auto row = rows.to(at::kCPU).contiguous();
  return {row.const_data_ptr<float>(), row.const_data_ptr<float>() + row.size(1)};
}

void put_golden(Json& golden, const Manifest& manifest, TrainableEncoder& images, TrainableEncoder& texts) {
  const c10::NoGradGuard without_autograd;
  auto pixels =
      preprocess(golden_image(manifest.golden.image_width, manifest.golden.image_height), manifest.image);
  const auto picture =
      at::from_blob(pixels.data(), {1, 3, manifest.image.height, manifest.image.width}, at::kFloat);
  golden["image"]["embedding"] = first_row(images.embed({picture}));
  for (std::size_t index = 0; index < manifest.golden.texts.size(); ++index) {
    const Tokens tokens{manifest.golden.texts[index].ids};
    const Tokens* const sequence = &tokens;
    golden["texts"][index]["embedding"] =
        first_row(texts.embed(token_batch(manifest.text, std::span(&sequence, 1))));
  }
}

Json score_of(const Manifest& manifest, const TrainedScore& score) {
  if (score.loss == ContrastiveLoss::siglip) {
    return {{"scale", score.scale}, {"bias", score.bias}, {"activation", "sigmoid"}};
  }
  // A label judged alone: the cosine at which it is as likely as not stays where it was.
  const double growth = score.scale / score.scale_before;
  return {{"scale", score.scale},
          {"bias", 0.0},
          {"activation", "softmax"},
          {"multi_label",
           {{"scale", manifest.multi_label.scale * growth}, {"bias", manifest.multi_label.bias * growth}}}};
}

Json manifest_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return Json::parse(stream);
}

void write_files(const fs::path& folder, const Manifest& manifest, TrainableEncoder& images,
                 TrainableEncoder& texts) {
  images.save(folder / manifest.image_encoder);
  texts.save(folder / manifest.text_encoder);
  auto others = manifest.files;
  others.emplace(manifest.text.tokenizer_file, FileSum{});
  for (const auto& [name, sum] : others) {
    if (name != manifest.image_encoder && name != manifest.text_encoder) {
      check_file(manifest, name);
      fs::copy_file(manifest.folder / name, folder / name);
    }
  }
}

Json sums_of(const fs::path& folder) {
  std::map<std::string, Json> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename().string()] = {{"sha256", sha256_of_file(entry.path())},
                                               {"bytes", entry.file_size()}};
  }
  return files;
}

void verify(const fs::path& folder) {
  Model model(read_manifest(folder), {.device = "cpu", .precision = Precision::fp32});
  for (const auto& check : check_golden(model)) {
    if (!check.passed) {
      throw model_error("the trained model does not give its golden values (" + check.stage + " of " +
                        utf8::quoted(check.subject) + " differs by " + std::to_string(check.difference) +
                        "); please report this");
    }
  }
}

}  // namespace

void write_trained_folder(const Manifest& manifest, TrainableEncoder& images, TrainableEncoder& texts,
                          const TrainedScore& score, const std::string& story, const fs::path& output) {
  auto folder = output;
  folder.replace_filename("." + output.filename().string() + ".new");
  try {
    fs::remove_all(folder);
    fs::create_directories(folder);
    write_files(folder, manifest, images, texts);
    auto json = manifest_of(manifest.folder / "model.json");
    json["name"] = output.filename().string();
    json["description"] = manifest.description + "; " + story;
    json["score"] = score_of(manifest, score);
    json["files"] = sums_of(folder);
    put_golden(json["golden"], manifest, images, texts);
    std::ofstream stream(folder / "model.json", std::ios::binary);
    stream << json.dump(1) << '\n';
    if (!stream.flush()) {
      throw output_error(utf8::printable((folder / "model.json").string()) + ": can't be written");
    }
    verify(folder);
    fs::rename(folder, output);
  } catch (const fs::filesystem_error& failure) {
    throw output_error(utf8::printable(output.string()) + ": " + failure.code().message());
  } catch (const c10::Error& failure) {
    const std::string reason = failure.what_without_backtrace();
    throw output_error(utf8::printable(output.string()) +
                       ": an encoder can't be written: " + reason.substr(0, reason.find('\n')));
  }
}

}  // namespace clip_classify
