#include "train/validation.h"

#include <unordered_map>

#include "train/losses.h"

namespace clip_classify {

double held_out_loss(const HeldOutRows& rows, const std::vector<std::vector<std::size_t>>& batches,
                     ContrastiveLoss loss, const at::Tensor& log_scale, const at::Tensor& bias) {
  std::unordered_map<std::size_t, std::int64_t> places;
  for (std::size_t place = 0; place < rows.pairs.size(); ++place) {
    places.emplace(rows.pairs[place], static_cast<std::int64_t>(place));
  }
  double sum = 0;
  std::size_t pairs = 0;
  for (const auto& batch : batches) {
    std::vector<std::int64_t> chosen;
    chosen.reserve(batch.size());
    for (const auto pair : batch) {
      chosen.push_back(places.at(pair));
    }
    const auto index = at::tensor(chosen).to(rows.images.device());
    const auto value = contrastive_loss(loss, rows.images.index_select(0, index),
                                        rows.texts.index_select(0, index), log_scale, bias);
    sum += value.item<double>() * static_cast<double>(batch.size());
    pairs += batch.size();
  }
  return sum / static_cast<double>(pairs);
}

double recall_at_1(const at::Tensor& cosines, const std::vector<std::size_t>& pairs,
                   const std::vector<PairIds>& ids) {
  const auto nearest = cosines.argmax(1).to(at::kCPU).contiguous();
  const auto* const columns = nearest.const_data_ptr<std::int64_t>();
  std::size_t right = 0;
  for (std::size_t row = 0; row < pairs.size(); ++row) {
    const auto& own = ids[pairs[row]];
    const auto& found = ids[pairs[static_cast<std::size_t>(columns[row])]];
    right += own.text == found.text || own.image == found.image ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(pairs.size());
}

}  // namespace clip_classify
