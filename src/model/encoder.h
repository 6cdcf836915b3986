// One TorchScript encoder on a device: tensors in, unit rows out. The only header here that needs torch.
#pragma once

#include <torch/script.h>

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "clip_classify/embeddings.h"
#include "clip_classify/manifest.h"
#include "clip_classify/model.h"
#include "model/archive.h"
#include "model/piece_queue.h"
#include "model/prepared_layer.h"
#include "model/thread_team.h"

namespace clip_classify {

/// "auto", "cpu", "cuda" or "cuda:N" as a device that is there. Throws Error (model) for one that isn't.
torch::Device find_device(const std::string& name);

class Encoder {
 public:
  /// Loads and freezes FOLDER/`file`, whose sum must have been checked. Throws Error (model) naming the file.
  /// It computes in `precision`. On the CPU, a batch is shared out over `threads`, and so is each of its
  /// images where there are fewer of them.
  Encoder(const Manifest& manifest, const std::string& file, torch::Device device, Precision precision,
          int threads);

  /// Runs the encoder on tensors whose first dimension is the batch. Throws Error (model) naming the file
  /// when it fails or when the output is not finite float [batch, embedding_width].
  Matrix run(std::vector<torch::Tensor> inputs) { return start(std::move(inputs)).get(); }

  /// Begins the same after what was begun before, and without a gap between them. May be called from several
  /// threads.
  std::future<Matrix> start(std::vector<torch::Tensor> inputs);

  const EncoderSummary& summary() const { return summary_; }

 private:
  using Layers = std::vector<c10::intrusive_ptr<PreparedLayer>>;

  /// With the numbers between layers in `type`; whether that suits the encoder.
  bool load(Precision precision, torch::Dtype type);
  torch::Tensor forward(const std::vector<torch::Tensor>& inputs);
  /// Shared out over the threads.
  void for_each(const Layers& layers, const std::function<void(PreparedLayer&)>& work) const;
  /// `passes` through all weights come next. Waits for the pieces under way before it packs.
  void pack_when_it_pays(std::int64_t passes);
  /// Gives each of so many threads that take pieces a team of its own, while no piece is under way.
  void share_teams_out(int takers);
  /// How many rows of a batch run well at once.
  std::int64_t at_once(const torch::Tensor& input) const;
  struct Batch;
  void run_piece(Batch& batch, int thread, std::int64_t piece);
  /// The embeddings of all pieces, as unit rows.
  Matrix joined(const Batch& batch) const;

  std::string path_;
  int width_;
  torch::Device device_;
  torch::Dtype dtype_ = torch::kFloat;
  int threads_;
  bool with_teams_ = false;  ///< whether layers share their work out themselves; else libtorch does
  std::vector<std::unique_ptr<ThreadTeam>> teams_;  ///< of the threads that take pieces of a batch
  int threads_of_libtorch_ = 1;
  std::unique_ptr<const Archive> archive_;
  torch::jit::Module module_;
  Layers layers_;  ///< not packed yet
  EncoderSummary summary_;
  std::int64_t patch_ = 0;  ///< pixels along a side of what an image is cut into; 0: it is not
  std::int64_t passes_ = 0;
  std::mutex starting_;
  PieceQueue queue_;  ///< last, so that no piece outlives what it uses
};

}  // namespace clip_classify
