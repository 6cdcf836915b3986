// Contrastive training: a model's encoders learn from pairs of images and texts, into a new model folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "clip_classify/embeddings.h"
#include "clip_classify/error.h"
#include "clip_classify/image.h"
#include "clip_classify/model.h"

namespace clip_classify {

/// clip: symmetric InfoNCE, the mean of the cross entropies of images among texts and of texts among images
/// (Radford et al. 2021, "Learning Transferable Visual Models From Natural Language Supervision", figure 3).
/// siglip: a sigmoid for each pair, summed, divided by the number of images (Zhai et al. 2023, "Sigmoid Loss
/// for Language Image Pre-Training", equation 1).
enum class ContrastiveLoss { clip, siglip };

/// The loss of a batch, and its derivatives.
struct ContrastiveGradient {
  double loss = 0;
  Matrix images;     ///< by the images' unit rows
  Matrix texts;      ///< by the texts'
  double scale = 0;  ///< by the logarithm of the scale
  double bias = 0;
};

/// Row i of `images` belongs to row i of `texts`; logits are scale * cosine + bias. Computed in float as it
/// is in training. Throws std::invalid_argument for matrices that do not fit each other.
ContrastiveGradient contrastive_gradient(ContrastiveLoss loss, const Matrix& images, const Matrix& texts,
                                         double scale, double bias);

/// What of the encoders is trained. The scale, and the bias of the sigmoid loss, always are.
struct TunedPart {
  enum class Kind {
    projection,   ///< the last layer with parameters
    last_blocks,  ///< the last `blocks` transformer blocks and all that comes after them
    all
  };
  Kind kind = Kind::projection;
  std::size_t blocks = 0;
};

struct TrainingPair {
  std::string image;  ///< path of the file
  std::string text;
};

struct ContrastiveOptions {
  std::filesystem::path output;  ///< the model folder to make
  ContrastiveLoss loss = ContrastiveLoss::clip;
  TunedPart tune;
  std::size_t epochs = 10;
  std::size_t pairs = 64;  ///< compared with each other in a step
  /// Most images, or texts, in one run of an encoder. Where it is less than `pairs`, gradients are those of
  /// the whole batch all the same (GradCache: Gao et al. 2021, "Scaling Deep Contrastive Learning Batch Size
  /// under Memory Limited Setup"), for a second run of the encoders.
  std::size_t at_once = 16;
  double learning_rate = 1e-3;
  double weight_decay = 0.1;           ///< AdamW's, of matrices; biases, norms, scale and bias have none
  double warmup = 0.05;                ///< share of the training in which the learning rate rises
  bool crop = true;                    ///< train on random parts of pictures, 90 to 100 % of their area
  bool flip = true;                    ///< and on mirrored ones, unless their text says left or right
  double validation = 0.1;             ///< share of the images that is held out
  std::size_t patience = 5;            ///< epochs without a better validation loss before it stops; 0: never
  std::size_t checkpoint_steps = 200;  ///< beside the checkpoint after each epoch
  bool resume = false;                 ///< go on from the checkpoint, where there is one
  std::uint64_t seed = 0;
  DecodeOptions decode;
  std::string device = "auto";
  int threads = 1;
  std::uint64_t image_memory = std::uint64_t{2} << 30;  ///< bytes; more images are read in every epoch
  std::stop_token stop;
};

struct ContrastiveEpoch {
  std::size_t epoch = 0;  ///< from 1
  std::size_t steps = 0;  ///< of all epochs so far
  double loss = 0;        ///< mean of its steps
  double scale = 0;       ///< that multiplies cosines
  struct Validation {
    double loss = 0;
    double image_recall = 0;  ///< share of held-out images whose text is nearest of all held-out ones
    double text_recall = 0;   ///< and the other way round
    bool best = false;        ///< of the epochs so far
  };
  std::optional<Validation> validation;
};

/// What is told on the way; each may be empty.
struct ContrastiveEvents {
  std::function<void(const std::string& what, std::size_t total)> start;  ///< of work that is counted
  std::function<void(std::size_t done)> progress;
  std::function<void(const ContrastiveEpoch&)> epoch;
  std::function<void(const std::string&)> warn;
  std::function<void(const std::string& path, const Error&)> failed;  ///< once an image that can't be read
  std::function<void(std::size_t step)> resumed;
};

struct ContrastiveResult {
  std::size_t pairs = 0;  ///< trained on
  std::size_t held_out = 0;
  std::size_t failed = 0;      ///< images that could not be read
  std::size_t trained = 0;     ///< numbers that were trained
  std::size_t numbers = 0;     ///< in all parameters
  std::size_t kept_epoch = 0;  ///< whose weights the model has
  bool stopped_early = false;
  double scale = 0;
};

/// `options.output` with ".checkpoint" behind it: the state of an unfinished training.
std::filesystem::path checkpoint_of(const std::filesystem::path& output);

/// Trains the encoders of `model` on the pairs and writes a model folder, whole or not at all, with golden
/// values computed by the trained encoders and checked as `model verify` does. A run that was killed goes on
/// from its last checkpoint to the very numbers that it would have given. Throws Error (usage) for pairs that
/// can't be trained on and for a checkpoint of another training, Error (model) for encoders without
/// parameters and for a loss that is not a number, Error (output), and Interrupted, after a checkpoint.
ContrastiveResult train_contrastive(const Model& model, const std::vector<TrainingPair>& pairs,
                                    const ContrastiveOptions& options, const ContrastiveEvents& events);

}  // namespace clip_classify
