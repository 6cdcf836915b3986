// An encoder of a model whose parameters can be trained: as it is in its archive, followed by autograd.
#pragma once

#include <torch/script.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "clip_classify/contrastive.h"
#include "clip_classify/manifest.h"

namespace clip_classify {

class TrainableEncoder {
 public:
  /// Loads FOLDER/`file` after its sum was checked, in float. `what` it is goes into errors; without a `part`
  /// nothing of it is trained. Throws Error (model), and (usage) for a part that it has not.
  TrainableEncoder(const Manifest& manifest, const std::string& file, const std::optional<TunedPart>& part,
                   std::string what, at::Device device);

  /// Unit rows of a batch; with a gradient where autograd is on and anything is trained, or an input
  /// wants one.
  at::Tensor embed(const std::vector<at::Tensor>& inputs);

  /// The tensors that are trained, in a fixed order; none where the archive has no parameters.
  const std::vector<at::Tensor>& trained() const { return trained_; }
  std::size_t trained_numbers() const;
  std::size_t numbers() const;

  /// Ends the training, and writes an archive like the one that it came from; one without trained tensors is
  /// copied as it is.
  void save(const std::filesystem::path& path);

 private:
  std::filesystem::path path_;
  std::string what_;
  int width_;
  at::Device device_;
  torch::jit::Module module_;
  std::vector<at::Tensor> trained_;
};

}  // namespace clip_classify
