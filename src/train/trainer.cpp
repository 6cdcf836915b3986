#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <future>

#include "model/cpu.h"
#include "model/encoder.h"
#include "text/utf8.h"
#include "train/adamw.h"
#include "train/checkpoint.h"
#include "train/losses.h"
#include "train/pair_encoders.h"
#include "train/schedule.h"
#include "train/trained_folder.h"
#include "train/training_output.h"
#include "train/training_state.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;

/// Of the scale, which CLIP keeps from growing beyond (Radford et al. 2021, section 2.5).
constexpr double kHighestScale = 100.0;
/// An epoch's number for the batches that the validation loss is taken over.
constexpr std::uint64_t kValidationOrder = ~std::uint64_t{0};

ScoreSpec score_before(const Manifest& manifest, ContrastiveLoss loss) {
  return loss == ContrastiveLoss::siglip ? manifest.multi_label : manifest.score;
}

at::Tensor scalar(double value) {
  return at::scalar_tensor(value, at::kFloat).requires_grad_();
}

std::span<const float> numbers_of(const at::Tensor& tensor) {
  return {tensor.const_data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

class Trainer {
 public:
  Trainer(const Model& model, const std::vector<TrainingPair>& pairs, const ContrastiveOptions& options,
          const ContrastiveEvents& events)
      : options_(options),
        events_(events),
        manifest_(model.manifest()),
        device_(find_device(options.device)),
        encoders_(manifest_, options, device_),
        before_(score_before(manifest_, options.loss)),
        log_scale_(scalar(std::log(before_.scale))),
        bias_(scalar(before_.bias)),
        optimizer_(all_trained(), options.weight_decay),
        data_(model, pairs, options, events),
        split_(split_pairs(data_.ids(), options.validation, options.seed)),
        checks_(batches_of(data_.ids(), split_.held_out, options.pairs, options.seed, kValidationOrder)),
        settings_(settings_of(options, manifest_, data_.sum())),
        checkpoint_(checkpoint_of(options.output)) {}

  ContrastiveResult run() {
    let_openmp_threads_sleep();
    at::set_num_threads(options_.threads);
    if (options_.resume && fs::exists(checkpoint_)) {
      take_up();
    }
    encoders_.embed_fixed_images(data_, events_);
    while (state_.epoch < options_.epochs && !is_done_early()) {
      run_epoch();
    }
    if (state_.best) {
      copy(best_, optimizer_.tensors());
    }
    const auto result = summary();
    const TrainedScore score{options_.loss, result.scale, bias_.item<double>(), before_.scale};
    write_trained_folder(manifest_, encoders_.images(), encoders_.texts(), score,
                         "trained further on " + std::to_string(result.pairs) + " pairs", options_.output);
    std::error_code failed;
    fs::remove(checkpoint_, failed);
    return result;
  }

 private:
  std::vector<at::Tensor> all_trained() {
    auto tensors = encoders_.trained();
    tensors.push_back(log_scale_);
    tensors.push_back(bias_);
    return tensors;
  }

  static void copy(const std::vector<at::Tensor>& from, const std::vector<at::Tensor>& to) {
    const c10::NoGradGuard without_autograd;
    for (std::size_t index = 0; index < to.size(); ++index) {
      to[index].copy_(from[index]);
    }
  }

  bool is_done_early() const {
    return options_.patience > 0 && state_.epochs_since_best >= options_.patience;
  }

  void run_epoch() {
    const auto batches = batches_of(data_.ids(), split_.trained, options_.pairs, options_.seed, state_.epoch);
    if (events_.start) {
      events_.start("batches of epoch " + std::to_string(state_.epoch + 1), batches.size());
    }
    const auto read = [this, &batches](std::size_t batch) {
      return std::async(std::launch::async,
                        [this, &pairs = batches[batch]] { return encoders_.read(data_, pairs); });
    };
    auto ahead =
        state_.batch < batches.size() ? read(state_.batch) : std::future<std::vector<std::uint8_t>>();
    while (state_.batch < batches.size()) {
      const auto bytes = ahead.get();
      if (state_.batch + 1 < batches.size()) {
        ahead = read(state_.batch + 1);
      }
      const double progress = (static_cast<double>(state_.epoch) + (static_cast<double>(state_.batch) + 0.5) /
                                                                       static_cast<double>(batches.size())) /
                              static_cast<double>(options_.epochs);
      step(batches[state_.batch], bytes, progress);
      ++state_.batch;
      if (events_.progress) {
        events_.progress(state_.batch);
      }
      keep_between(batches.size());
    }
    end_epoch(batches.size());
  }

  /// A checkpoint within an epoch, where one is due or the user wants to stop.
  void keep_between(std::size_t batches) {
    const bool stopped = options_.stop.stop_requested();
    if (stopped || (state_.steps % options_.checkpoint_steps == 0 && state_.batch < batches)) {
      keep();
    }
    if (stopped) {
      throw Interrupted("interrupted in epoch " + std::to_string(state_.epoch + 1) +
                        "; --resume goes on from " + utf8::printable(checkpoint_.string()));
    }
  }

  void step(const std::vector<std::size_t>& batch, const std::vector<std::uint8_t>& bytes, double progress) {
    const auto loss = add_gradients(
        encoders_.image_side(data_, batch, bytes, state_.epoch), encoders_.text_side(data_, batch),
        [&](const at::Tensor& image_rows, const at::Tensor& text_rows) {
          return contrastive_loss(options_.loss, image_rows, text_rows, log_scale_.to(device_),
                                  bias_.to(device_));
        },
        static_cast<std::int64_t>(batch.size()), static_cast<std::int64_t>(options_.at_once));
    const double rate = options_.learning_rate * learning_rate_share(progress, options_.warmup);
    if (!std::isfinite(loss) || !optimizer_.step(rate)) {
      throw not_a_number();
    }
    const c10::NoGradGuard without_autograd;
    log_scale_.clamp_(0, std::log(std::max(kHighestScale, before_.scale)));
    state_.loss_sum += loss;
    ++state_.steps;
  }

  Error not_a_number() const {
    const bool kept = fs::exists(checkpoint_);
    return model_error(
        "the loss or its gradient is not a number in step " + std::to_string(state_.steps + 1) + ", epoch " +
        std::to_string(state_.epoch + 1) + "; give a lower --learning-rate than " +
        std::to_string(options_.learning_rate) +
        (kept ? ", with --resume to go on from " + utf8::printable(checkpoint_.string()) : ""));
  }

  void end_epoch(std::size_t batches) {
    ContrastiveEpoch report{state_.epoch + 1, state_.steps,
                            state_.loss_sum / static_cast<double>(std::max<std::size_t>(1, batches)),
                            log_scale_.exp().item<double>(), std::nullopt};
    if (!checks_.empty()) {
      report.validation = validate();
      ++state_.epochs_since_best;
      if (!std::isfinite(report.validation->loss)) {
        throw not_a_number();
      }
      if (!state_.best || report.validation->loss < state_.best->loss) {
        report.validation->best = true;
        state_.best = {report.epoch, report.validation->loss};
        state_.epochs_since_best = 0;
        best_.clear();
        for (const auto& tensor : optimizer_.tensors()) {
          best_.push_back(tensor.detach().clone());
        }
      }
    }
    ++state_.epoch;
    state_.batch = 0;
    state_.loss_sum = 0;
    keep();
    if (events_.epoch) {
      events_.epoch(report);
    }
  }

  ContrastiveEpoch::Validation validate() {
    const c10::NoGradGuard without_autograd;
    const auto rows = encoders_.rows_of(data_, split_.held_out);
    const auto cosines = at::matmul(rows.images, rows.texts.t());
    return {held_out_loss(rows, checks_, options_.loss, log_scale_.to(device_), bias_.to(device_)),
            recall_at_1(cosines, rows.pairs, data_.ids()), recall_at_1(cosines.t(), rows.pairs, data_.ids()),
            false};
  }

  /// In the order that they are kept in.
  std::vector<at::Tensor> kept_tensors() const {
    auto tensors = optimizer_.tensors();
    tensors.insert(tensors.end(), optimizer_.means().begin(), optimizer_.means().end());
    tensors.insert(tensors.end(), optimizer_.squares().begin(), optimizer_.squares().end());
    tensors.insert(tensors.end(), best_.begin(), best_.end());
    return tensors;
  }

  void keep() const {
    std::vector<at::Tensor> held;
    std::vector<std::span<const float>> numbers;
    for (const auto& tensor : kept_tensors()) {
      held.push_back(tensor.detach().to(at::kCPU).contiguous());
      numbers.push_back(numbers_of(held.back()));
    }
    write_checkpoint(checkpoint_, checkpoint_header(settings_, state_), numbers);
  }

  void take_up() {
    CheckpointReader reader(checkpoint_);
    state_ = state_in(reader.header(), settings_, checkpoint_);
    if (state_.best) {
      for (const auto& tensor : optimizer_.tensors()) {
        best_.push_back(at::zeros_like(tensor));
      }
    }
    const c10::NoGradGuard without_autograd;
    for (const auto& tensor : kept_tensors()) {
      auto numbers = at::empty(tensor.sizes(), at::kFloat);
      reader.read({numbers.data_ptr<float>(), static_cast<std::size_t>(numbers.numel())});
      tensor.copy_(numbers);
    }
    optimizer_.set_steps(state_.steps);
    if (events_.resumed) {
      events_.resumed(state_.steps);
    }
  }

  ContrastiveResult summary() {
    ContrastiveResult result;
    result.pairs = split_.trained.size();
    result.held_out = split_.held_out.size();
    result.failed = data_.failed();
    result.trained = encoders_.images().trained_numbers() + encoders_.texts().trained_numbers();
    result.numbers = encoders_.images().numbers() + encoders_.texts().numbers();
    result.kept_epoch = state_.best ? state_.best->epoch : state_.epoch;
    result.stopped_early = state_.epoch < options_.epochs;
    result.scale = log_scale_.exp().item<double>();
    return result;
  }

  const ContrastiveOptions& options_;
  const ContrastiveEvents& events_;
  const Manifest& manifest_;
  at::Device device_;
  PairEncoders encoders_;
  ScoreSpec before_;
  at::Tensor log_scale_;
  at::Tensor bias_;
  AdamW optimizer_;
  TrainingData data_;
  PairSplit split_;
  std::vector<std::vector<std::size_t>> checks_;  ///< the held-out pairs in batches
  Settings settings_;
  fs::path checkpoint_;
  TrainingState state_;
  std::vector<at::Tensor> best_;
};

}  // namespace

ContrastiveResult train_contrastive(const Model& model, const std::vector<TrainingPair>& pairs,
                                    const ContrastiveOptions& options, const ContrastiveEvents& events) {
  check_training_output(options);
  return Trainer(model, pairs, options, events).run();
}

}  // namespace clip_classify
