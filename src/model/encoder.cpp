#include "model/encoder.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/version.h>

#include <algorithm>
#include <future>

#include "clip_classify/error.h"
#include "model/cpu.h"
#include "model/freed_memory.h"
#include "model/fused_linear.h"
#include "model/integer_weight.h"
#include "model/optimize.h"
#include "model/quantized_linear.h"

namespace clip_classify {
namespace {

/// A library's message without its backtrace: the last line that says something, TorchScript's own traceback
/// coming before it.
std::string reason(const std::exception& failure) {
  const auto* torch_error = dynamic_cast<const c10::Error*>(&failure);
  std::string text = torch_error != nullptr ? torch_error->what_without_backtrace() : failure.what();
  while (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  return text.substr(text.rfind('\n') + 1);
}

/// Packing our product's weights costs about as much as making their panels so many times for a batch.
constexpr std::int64_t kWorthPacking = 4;
/// Tokens that a thread takes through all layers together: enough for the products' speed, few enough for the
/// numbers between layers to stay in its cache. (Measured, images/s of ViT-B/32 and ViT-L/14 in bf16 and
/// int8: with more up to a fifth less, with fewer a tenth.)
constexpr std::int64_t kTokensAtOnce = 256;
/// The same of images in encoders that do not cut them into patches.
constexpr std::int64_t kImagesAtOnce = 2;

torch::Dtype dtype_of(Precision precision) {
  return precision == Precision::bf16   ? torch::kBFloat16
         : precision == Precision::fp16 ? torch::kHalf
                                        : torch::kFloat;
}

/// 16-bit types without instructions of their own would be emulated, many times slower.
torch::Dtype computed_in(torch::Dtype type, torch::Device device) {
  const bool emulated = device.is_cpu() && !(type == torch::kBFloat16 && cpu_has_bf16());
  return emulated ? torch::kFloat : type;
}

/// Rounds weights to `rounded` and keeps them as `kept`. Module::to would turn integers into floats, too:
/// position ids, say.
void convert_floats(const torch::jit::Module& module, torch::Dtype rounded, torch::Dtype kept) {
  const auto convert = [&](const at::Tensor& tensor) {
    if (tensor.is_floating_point() && (tensor.scalar_type() != rounded || rounded != kept)) {
      tensor.set_data(tensor.to(rounded).to(kept));
    }
  };
  for (const auto& tensor : module.parameters()) {
    convert(tensor);
  }
  for (const auto& tensor : module.buffers()) {
    convert(tensor);
  }
}

}  // namespace

torch::Device find_device(const std::string& name) {
  const auto devices = static_cast<int>(at::getNumGPUs());
  if (name == "cpu" || (name == "auto" && devices == 0)) {
    return torch::kCPU;
  }
  if (devices == 0) {
    throw model_error("--device " + name + ": no CUDA device here (no GPU, no driver, or a libtorch built " +
                      "for the CPU); use --device cpu");
  }
  const int index = name.starts_with("cuda:") ? std::stoi(name.substr(5)) : 0;
  if (index >= devices) {
    throw model_error("--device " + name + ": there are " + std::to_string(devices) +
                      " CUDA devices, numbered from 0");
  }
  return {torch::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

Encoder::Encoder(const Manifest& manifest, const std::string& file, torch::Device device, Precision precision,
                 int threads)
    : path_((manifest.folder / file).string()),
      width_(manifest.embedding_width),
      device_(device),
      threads_(threads),
      queue_(device.is_cpu() ? threads : 1) {
  try {
    archive_ = std::make_unique<const Archive>(path_);
    // Our own products take floats and multiply them in bf16: so embeddings come nearer to fp32's, too.
    const bool floats_between =
        precision == Precision::bf16 && device_.is_cpu() && kernels_for(precision) != nullptr;
    if (!floats_between || !load(precision, torch::kFloat)) {
      load(precision, computed_in(dtype_of(precision), device_));
    }
  } catch (const std::exception& failure) {
    throw model_error(
        path_ + ": not a TorchScript archive that libtorch " TORCH_VERSION " loads: " + reason(failure));
  }
}

bool Encoder::load(Precision precision, torch::Dtype type) {
  dtype_ = type;
  module_ = archive_->load(device_);
  module_.eval();
  const bool own_bf16 = type == torch::kFloat && device_.is_cpu() && kernels_for(Precision::bf16) != nullptr;
  // Our own products round what they multiply, so weights stay as they are mapped from the archive.
  convert_floats(module_, precision == Precision::bf16 && own_bf16 ? type : dtype_of(precision), dtype_);
  const bool int8 = precision == Precision::int8 && device_.is_cpu() && quantized_linears_agree();
  module_ = int8 ? torch::jit::freeze(module_, integer_attributes(module_)) : torch::jit::freeze(module_);
  if (!device_.is_cpu()) {
    return true;
  }
  // int8's layers that are not quantized, too.
  const bool floats_in_bf16 = (precision == Precision::bf16 || int8) && own_bf16;
  auto optimized = optimize(module_, int8             ? Precision::int8
                                     : floats_in_bf16 ? Precision::bf16
                                                      : Precision::fp32);
  if (precision == Precision::bf16 && type == torch::kFloat && optimized.convolutional) {
    return false;
  }
  summary_ = optimized.summary;
  patch_ = optimized.patch;
  const auto multiplied = floats_in_bf16 || type == torch::kBFloat16 ? Precision::bf16 : Precision::fp32;
  // oneDNN's int8 layers are shared out by libtorch alone.
  const bool own = kernels_for(multiplied) != nullptr &&
                   (optimized.quantized.empty() || kernels_for(Precision::int8) != nullptr);
  with_teams_ = type == torch::kFloat && own && !optimized.convolutional;
  const auto prepare = [multiplied](PreparedLayer& layer) { layer.prepare(multiplied, kTokensAtOnce); };
  for_each(optimized.quantized, prepare);
  if (prepared_linears_agree(multiplied, type)) {
    layers_ = std::move(optimized.fused);
    for_each(layers_, prepare);
  }
  return true;
}

void Encoder::for_each(const Layers& layers, const std::function<void(PreparedLayer&)>& work) const {
  std::vector<std::future<void>> parts;
  for (int part = 0; part < threads_; ++part) {
    parts.push_back(std::async(std::launch::async, [this, part, &layers, &work] {
      at::set_num_threads(1);
      for (auto index = static_cast<std::size_t>(part); index < layers.size(); index += threads_) {
        work(*layers[index]);
      }
    }));
  }
  for (auto& part : parts) {
    part.get();
  }
}

void Encoder::pack_when_it_pays(std::int64_t passes) {
  passes_ += passes;
  if (!layers_.empty() && passes_ >= kWorthPacking) {
    queue_.wait_until_idle();
    for_each(layers_, [](PreparedLayer& layer) {
      layer.pack();
      give_freed_memory_back();  // or the weights as they were would stay beside the packed ones
    });
    layers_.clear();
    summary_.packed = true;
  }
}

torch::Tensor Encoder::forward(const std::vector<torch::Tensor>& inputs) {
  const torch::InferenceMode no_autograd;
  std::vector<torch::IValue> arguments;
  for (const auto& input : inputs) {
    const auto dtype = input.is_floating_point() ? dtype_ : input.scalar_type();
    // From pinned memory the copy goes on while the CPU prepares the next batch.
    arguments.emplace_back(device_.is_cuda() ? input.pin_memory().to(device_, dtype, /*non_blocking=*/true)
                                             : input.to(dtype));
  }
  return module_.forward(std::move(arguments)).toTensor().to(torch::kCPU, torch::kFloat).contiguous();
}

void Encoder::share_teams_out(int takers) {
  const int threads_of_taker = device_.is_cpu() ? threads_ / takers : 1;
  if (threads_of_taker > 1 && !with_teams_ && cores_are_contended(threads_of_taker)) {
    let_openmp_threads_sleep();
  }
  const int team = with_teams_ ? threads_of_taker : 1;
  if (teams_.size() != static_cast<std::size_t>(takers) || teams_.front()->size() != team) {
    queue_.wait_until_idle();
    teams_.clear();
    for (int taker = 0; taker < takers; ++taker) {
      teams_.push_back(std::make_unique<ThreadTeam>(team));
    }
    threads_of_libtorch_ = with_teams_ ? 1 : threads_of_taker;
  }
}

std::int64_t Encoder::at_once(const torch::Tensor& input) const {
  if (!device_.is_cpu()) {
    return input.size(0);
  }
  if (input.is_floating_point() && patch_ == 0) {
    return kImagesAtOnce;
  }
  const auto tokens =
      input.is_floating_point() ? (input.size(2) / patch_) * (input.size(3) / patch_) : input.size(1);
  return std::max<std::int64_t>(1, kTokensAtOnce / tokens);
}

struct Encoder::Batch {
  std::vector<torch::Tensor> inputs;
  std::vector<torch::Tensor> outputs;  ///< of the pieces
  std::promise<Matrix> embeddings = {};

  std::int64_t size() const { return inputs.front().size(0); }
};

void Encoder::run_piece(Batch& batch, int thread, std::int64_t piece) {
  // The profiling executor specialises on the first shapes it sees, which makes the first calls slow and
  // gains nothing on a frozen graph. (Off while loading, it would keep freeze from inlining.)
  const torch::jit::GraphOptimizerEnabledGuard plain_executor(false);
  at::get_num_threads();  // a thread's first call would set another number later
  at::set_num_threads(threads_of_libtorch_);
  const TeamScope team(teams_[static_cast<std::size_t>(thread)].get());
  const auto pieces = static_cast<std::int64_t>(batch.outputs.size());
  const auto begin = batch.size() * piece / pieces;
  const auto end = batch.size() * (piece + 1) / pieces;
  std::vector<torch::Tensor> rows;
  for (const auto& input : batch.inputs) {
    rows.push_back(input.narrow(0, begin, end - begin));
  }
  batch.outputs[static_cast<std::size_t>(piece)] = forward(rows);
}

std::future<Matrix> Encoder::start(std::vector<torch::Tensor> inputs) {
  const torch::InferenceMode no_autograd;
  const std::lock_guard one_at_a_time(starting_);
  const auto size = inputs.front().size(0);
  // A piece to each thread, which computes alone: nobody waits for another after every operator. Operators
  // are shared out only where there are fewer images than threads, or where each piece would make all panels.
  const auto most = at_once(inputs.front());
  const bool together = with_teams_ && !summary_.packed && size <= most;
  const auto takers =
      device_.is_cpu() && !together ? static_cast<int>(std::min<std::int64_t>(threads_, size)) : 1;
  const auto passes = (size + takers * most - 1) / (takers * most) * takers;
  auto batch = std::make_shared<Batch>();
  batch->inputs = std::move(inputs);
  batch->outputs.resize(static_cast<std::size_t>(std::min(passes, size)));
  auto embeddings = batch->embeddings.get_future();
  try {
    pack_when_it_pays(passes);
    share_teams_out(takers);
  } catch (const std::exception& failure) {
    throw model_error(path_ + ": the encoder failed: " + reason(failure));
  }
  queue_.add({static_cast<std::int64_t>(batch->outputs.size()), takers,
              [this, batch](int thread, std::int64_t piece) { run_piece(*batch, thread, piece); },
              [this, batch](const std::exception_ptr& failure) {
                try {
                  if (failure != nullptr) {
                    std::rethrow_exception(failure);
                  }
                  batch->embeddings.set_value(joined(*batch));
                } catch (const Error&) {
                  batch->embeddings.set_exception(std::current_exception());
                } catch (const std::exception& failed) {
                  batch->embeddings.set_exception(std::make_exception_ptr(
                      model_error(path_ + ": the encoder failed: " + reason(failed))));
                }
              }});
  return embeddings;
}

Matrix Encoder::joined(const Batch& batch) const {
  const torch::InferenceMode no_autograd;
  const auto output = batch.outputs.size() == 1 ? batch.outputs.front() : torch::cat(batch.outputs);
  if (archive_->changed()) {
    throw model_error(path_ + ": changed while it was in use; run this again");
  }
  if (output.dim() != 2 || output.size(0) != batch.size() || output.size(1) != width_) {
    std::string shape;
    for (const auto size : output.sizes()) {
      shape += (shape.empty() ? "" : ", ") + std::to_string(size);
    }
    throw model_error(path_ + ": the encoder gives [" + shape + "] in place of [" +
                      std::to_string(batch.size()) + ", " + std::to_string(width_) +
                      "], which model.json promises");
  }
  if (!output.isfinite().all().item<bool>()) {
    throw model_error(path_ + ": the encoder gives values that are not finite");
  }
  Matrix rows{static_cast<std::size_t>(batch.size()), static_cast<std::size_t>(width_), {}};
  const float* values = output.const_data_ptr<float>();
  rows.values.assign(values, values + output.numel());
  for (std::size_t row = 0; row < rows.rows; ++row) {
    normalize(rows.row(row));
  }
  return rows;
}

}  // namespace clip_classify
