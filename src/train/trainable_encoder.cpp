#include "train/trainable_encoder.h"

#include <torch/version.h>

#include <algorithm>
#include <unordered_map>

#include "train/parameter_order.h"

namespace clip_classify {
namespace {

std::size_t count_numbers(const std::vector<at::Tensor>& tensors) {
  std::size_t count = 0;
  for (const auto& tensor : tensors) {
    count += static_cast<std::size_t>(tensor.numel());
  }
  return count;
}

/// Weights that were stored in 16 bits are trained in 32.
void to_float(const at::Tensor& tensor) {
  if (tensor.is_floating_point() && tensor.scalar_type() != at::kFloat) {
    tensor.set_data(tensor.to(at::kFloat));
  }
}

}  // namespace

TrainableEncoder::TrainableEncoder(const Manifest& manifest, const std::string& file,
                                   const std::optional<TunedPart>& part, std::string what, at::Device device)
    : path_(manifest.folder / file),
      what_(std::move(what)),
      width_(manifest.embedding_width),
      device_(device) {
  check_file(manifest, file);
  try {
    module_ = torch::jit::load(path_.string(), device_);
  } catch (const std::exception&) {
    throw model_error(path_.string() + ": not a TorchScript archive that libtorch " TORCH_VERSION " loads");
  }
  module_.eval();
  std::unordered_map<std::string, at::Tensor> parameters;
  for (const auto& parameter : module_.named_parameters()) {
    to_float(parameter.value);
    parameter.value.requires_grad_(false);
    parameters.emplace(parameter.name, parameter.value);
  }
  for (const auto& buffer : module_.buffers()) {
    to_float(buffer);
  }
  if (!part) {
    return;
  }
  for (const auto& name : tuned_names(parameter_order(module_), *part, what_)) {
    auto& tensor = parameters.at(name);
    if (tensor.is_floating_point() && !tensor.requires_grad()) {  // one may have two names
      trained_.push_back(tensor.requires_grad_());
    }
  }
}

at::Tensor TrainableEncoder::embed(const std::vector<at::Tensor>& inputs) {
  // The profiling executor would specialise on the first shapes it sees, and fuse what autograd then differs
  // in.
  const torch::jit::GraphOptimizerEnabledGuard plain_executor(false);
  std::vector<c10::IValue> arguments;
  for (const auto& input : inputs) {
    arguments.emplace_back(input.to(device_));
  }
  at::Tensor rows;
  try {
    rows = module_.forward(std::move(arguments)).toTensor();
  } catch (const std::exception&) {
    throw model_error(path_.string() + ": the encoder failed on a batch of " +
                      std::to_string(inputs.front().size(0)));
  }
  if (rows.dim() != 2 || rows.size(1) != width_) {
    throw model_error(path_.string() + ": the encoder does not give [N, " + std::to_string(width_) +
                      "], which model.json promises");
  }
  return rows / rows.norm(2, {1}, /*keepdim=*/true).clamp_min(1e-12);
}

std::size_t TrainableEncoder::trained_numbers() const {
  return count_numbers(trained_);
}

std::size_t TrainableEncoder::numbers() const {
  std::vector<at::Tensor> all;
  for (const auto& parameter : module_.parameters()) {
    all.push_back(parameter);
  }
  return count_numbers(all);
}

void TrainableEncoder::save(const std::filesystem::path& path) {
  if (trained_.empty()) {
    std::filesystem::copy_file(path_, path);
    return;
  }
  for (const auto& tensor : trained_) {
    tensor.requires_grad_(false);
  }
  trained_.clear();
  device_ = at::kCPU;
  module_.to(device_);
  module_.save(path.string());
}

}  // namespace clip_classify
