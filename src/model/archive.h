// Loading a TorchScript archive without copying its weights.
#pragma once

#include <sys/stat.h>
#include <torch/script.h>

#include <memory>
#include <string>

#include "input/descriptor.h"

namespace clip_classify {

/// An open archive. Weights are mapped from it (copy on write), which takes a tenth of the time of reading
/// them into fresh memory; so what is loaded from it is only as good as the file stays.
class Archive {
 public:
  /// Throws std::system_error where the file can't be opened.
  explicit Archive(const std::string& path);

  /// What torch::jit::load gives. Throws what libtorch throws.
  torch::jit::Module load(torch::Device device) const;

  /// Whether the file was written to, or cut, since it was opened.
  bool changed() const;

 private:
  std::shared_ptr<Descriptor> file_;
  struct stat state_ {};
};

}  // namespace clip_classify
