#include "model/token_batch.h"

#include <algorithm>

namespace clip_classify {

std::vector<at::Tensor> token_batch(const TextSpec& spec, std::span<const Tokens* const> sequences) {
  std::size_t length = 0;
  for (const auto* tokens : sequences) {
    length = std::max(length, tokens->ids.size());
  }
  if (spec.padding == TextSpec::Padding::context) {
    length = static_cast<std::size_t>(spec.context_length);
  }
  const auto rows = static_cast<std::int64_t>(sequences.size());
  const auto columns = static_cast<std::int64_t>(length);
  std::vector<at::Tensor> inputs{at::full({rows, columns}, spec.pad, at::kLong)};
  if (spec.mask) {
    inputs.push_back(at::zeros({rows, columns}, at::kLong));
  }
  for (std::size_t row = 0; row < sequences.size(); ++row) {
    const auto& ids = sequences[row]->ids;
    std::copy(ids.begin(), ids.end(), inputs[0].data_ptr<std::int64_t>() + row * length);
    if (spec.mask) {
      std::fill_n(inputs[1].data_ptr<std::int64_t>() + row * length, ids.size(), 1);
    }
  }
  return inputs;
}

}  // namespace clip_classify
