#include "clip_classify/model.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>

#include <algorithm>
#include <future>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>

#include "clip_classify/error.h"
#include "model/checked_files.h"
#include "model/encoder.h"
#include "model/token_batch.h"

namespace clip_classify {
namespace {

/// Texts in a batch: long enough to fill the CPU, short enough to keep memory small at 10,000 labels.
constexpr std::size_t kTextBatch = 64;

Precision chosen_precision(std::optional<Precision> asked, torch::Device device, const Manifest& manifest) {
  const auto runs_in = [&](Precision precision) {
    return std::ranges::find(manifest.precisions, precision) != manifest.precisions.end();
  };
  if (asked && !runs_in(*asked)) {
    throw model_error(manifest.folder.string() + ": this model does not run in the precision asked for; " +
                      "leave out --precision");
  }
  if (asked) {
    return *asked;
  }
  const auto fastest = device.is_cuda()           ? Precision::fp16
                       : runs_in(Precision::int8) ? Precision::int8
                                                  : Precision::fp32;
  return runs_in(fastest) ? fastest : Precision::fp32;
}

}  // namespace

struct Model::Parts {
  Manifest manifest;
  torch::Device device;
  Precision precision;
  std::unique_ptr<Tokenizer> tokenizer;
  std::mutex loading_images;
  std::optional<Encoder> image_encoder;
  std::optional<Encoder> text_encoder;

  std::filesystem::path checked_files;
  int threads;

  Parts(Manifest given, const ModelOptions& options)
      : manifest(std::move(given)),
        device(find_device(options.device)),
        precision(chosen_precision(options.precision, device, manifest)),
        checked_files(options.checked_files),
        threads(options.threads > 0 ? options.threads
                                    : std::max(1, static_cast<int>(std::thread::hardware_concurrency()))) {}

  /// One thread may begin with images while another asks for the encoder's summary, or embeds its own.
  Encoder& images() {
    const std::lock_guard one_at_a_time(loading_images);
    if (!image_encoder) {
      check_file_once(manifest, manifest.image_encoder, checked_files);
      image_encoder.emplace(manifest, manifest.image_encoder, device, precision, threads);
    }
    return *image_encoder;
  }

  Encoder& texts() {
    if (!text_encoder) {
      check_file_once(manifest, manifest.text_encoder, checked_files);
      text_encoder.emplace(manifest, manifest.text_encoder, device, text_precision(), threads);
    }
    return *text_encoder;
  }

  /// Pixels as a tensor, which calls `release` when it no longer uses them.
  torch::Tensor pictures(float* pixels, std::size_t count, const std::function<void(void*)>& release) const {
    return torch::from_blob(
        pixels, {static_cast<std::int64_t>(count), 3, manifest.image.height, manifest.image.width}, release,
        torch::kFloat);
  }

  /// Labels are embedded once and kept, so on the CPU little would be won; and what a label loses, it loses
  /// with every image.
  Precision text_precision() const { return device.is_cpu() ? Precision::fp32 : precision; }

  Matrix embed_batch(std::span<const Tokens* const> batch) {
    return texts().run(token_batch(manifest.text, batch));
  }
};

Model::Model(Manifest manifest, const ModelOptions& options)
    : parts_(std::make_unique<Parts>(std::move(manifest), options)) {
  // Encoders choose their threads with each batch; what else there is to compute is small.
  at::set_num_threads(1);
}

Model::~Model() = default;
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;

const Manifest& Model::manifest() const {
  return parts_->manifest;
}

int Model::threads() const {
  return parts_->threads;
}

Precision Model::precision() const {
  return parts_->precision;
}

Precision Model::text_precision() const {
  return parts_->text_precision();
}

void Model::load_image_encoder() {
  parts_->images();
}

void Model::load_encoders() {
  auto images = std::async(std::launch::async, [this] { load_image_encoder(); });
  parts_->texts();
  images.get();
}

EncoderSummary Model::image_encoder_summary() {
  return parts_->images().summary();
}

EncoderSummary Model::text_encoder_summary() {
  return parts_->texts().summary();
}

Matrix Model::embed_images(std::span<const float> pixels, std::size_t count) {
  return parts_->images().run({parts_->pictures(const_cast<float*>(pixels.data()), count, [](void*) {})});
}

std::future<Matrix> Model::start_embedding_images(std::vector<float> pixels, std::size_t count) {
  auto kept = std::make_shared<std::vector<float>>(std::move(pixels));
  auto* const values = kept->data();
  return parts_->images().start({parts_->pictures(values, count, [kept](void*) {})});
}

std::vector<Tokens> Model::tokenize(std::span<const std::string> texts) const {
  if (!parts_->tokenizer) {
    check_file_once(parts_->manifest, parts_->manifest.text.tokenizer_file, parts_->checked_files);
    parts_->tokenizer = make_tokenizer(parts_->manifest.text, parts_->manifest.folder);
  }
  std::vector<Tokens> sequences;
  sequences.reserve(texts.size());
  for (const auto& text : texts) {
    sequences.push_back(parts_->tokenizer->encode(text));
  }
  return sequences;
}

Matrix Model::embed_tokens(std::span<const Tokens> sequences,
                           const std::function<void(std::size_t)>& on_batch) {
  // Batches of about equal length hold little padding.
  std::vector<std::size_t> order(sequences.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return sequences[a].ids.size() < sequences[b].ids.size();
  });
  const auto width = static_cast<std::size_t>(parts_->manifest.embedding_width);
  Matrix result{sequences.size(), width, std::vector<float>(sequences.size() * width)};
  for (std::size_t start = 0; start < order.size(); start += kTextBatch) {
    std::vector<const Tokens*> batch;
    for (std::size_t index = start; index < std::min(order.size(), start + kTextBatch); ++index) {
      batch.push_back(&sequences[order[index]]);
    }
    const auto rows = parts_->embed_batch(batch);
    for (std::size_t row = 0; row < rows.rows; ++row) {
      std::ranges::copy(rows.row(row), result.row(order[start + row]).begin());
    }
    if (on_batch) {
      on_batch(start + rows.rows);
    }
  }
  return result;
}

std::vector<std::string> runtime_description() {
  return {std::string("libtorch ") + TORCH_VERSION, "CPU " + at::get_cpu_capability(),
          "CUDA devices: " + std::to_string(at::getNumGPUs())};
}

}  // namespace clip_classify
